"""Runs over real files: what is read, judged, hidden, accepted and mended."""

import os
import shutil

import pytest

from obsaudit.lint import Severity, Skipped, documents
from obsaudit.lint import baseline as baselines
from obsaudit.lint.baseline import Key
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config, PerPath, RuleSettings
from obsaudit.lint.fixing import fix
from obsaudit.lint.record import replace
from obsaudit.lint.run import run

from .samples import ALERT, Crashing, Flagged, Lonely, Renamed, request, told, write

BAD = ALERT.format("Bad")
REASON = "# obsaudit: ignore[test/flagged] -- because"


def test_what_is_found_is_counted_and_sorted(tmp_path):
    """
    By source, place, rule and message; only files with something in them count.
    """
    write(tmp_path, b_yml=BAD, a_yml=ALERT.format("Good") + BAD, c_yml="x: 1\n")
    report = run(request(tmp_path))

    assert ["test/flagged a.yml:3", "test/flagged b.yml:1"] == told(report.shown)
    assert (2, ()) == (report.files, report.skipped)
    assert {"a.yml": ALERT.format("Good") + BAD, "b.yml": BAD} == report.texts


def test_what_cannot_be_read_is_told(tmp_path):
    """
    Missing, too large, binary, of an unknown ending: each with its reason, fatal only where it is missed.
    """
    write(tmp_path, big_yml=BAD * 50, bin_yml=b"- alert: a\n\0\1\2", notes=BAD)
    config = Config(root=tmp_path, max_file_size=1000)
    report = run(request(tmp_path, ".", "gone.yml", "notes", config=config))

    assert (
        Skipped("big.yml", "larger than 0.001 MB (`max-file-size`)"),
        Skipped("bin.yml", "a binary file"),
        Skipped("gone.yml", "no such file or directory", fatal=True),
        Skipped("notes", "files with this ending are not read"),
    ) == report.skipped
    assert (0, ()) == (report.files, report.shown)


@pytest.mark.parametrize(("fatal", "paths"), [(False, ["."]), (True, ["a.yml"])])
def test_a_file_that_vanishes_while_the_run_goes_on(tmp_path, fatal, paths):
    """
    Listed and gone: nothing to check, unless it was named.
    """
    write(tmp_path, a_yml=BAD, b_yml=BAD)

    class Slow(Cache):
        def load(self, key):
            (tmp_path / "a.yml").unlink(missing_ok=True)

    order = replace(request(tmp_path, "b.yml", *paths), cache=Slow(None, ""))
    report = run(order)

    assert ["test/flagged b.yml:1"] == told(report.shown)
    assert (Skipped("a.yml", "no such file or directory", fatal),) == report.skipped


def test_a_file_that_may_not_be_read_is_missed(tmp_path, monkeypatch):
    """
    What was asked for and could not be checked is no success.
    """
    write(tmp_path, a_yml=BAD)
    opened = type(tmp_path).open

    def refuse(path, *args, **more):
        if path.name == "a.yml":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **more)

    monkeypatch.setattr(type(tmp_path), "open", refuse)

    assert (Skipped("a.yml", "permission denied", fatal=True),) == run(request(tmp_path)).skipped


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends_move_nothing(tmp_path, codec, end):
    """
    The same finding at the same place.
    """
    write(tmp_path, a_yml=f"# größe{end}- alert: Bad{end}\texpr: up{end}".replace("\t", "  ").encode(codec))
    (found,) = run(request(tmp_path)).shown

    assert (2, 10, 2, 13) == (
        found.at.region.start.line,
        found.at.region.start.column,
        found.at.region.end.line,
        found.at.region.end.column,
    )


def test_rules_that_are_not_utf8_are_one_finding(tmp_path):
    """
    At the first wrong byte; a file of other things in latin-1 is nobody's business.
    """
    write(tmp_path, a_yml="- alert: Bad # ü\n  expr: up\n".encode("latin-1"), b_yml="record: größe\n".encode("latin-1"))
    (found,) = run(request(tmp_path)).shown

    assert ("meta/unparsable", "text: not UTF-8: byte 0xfc") == (found.rule, found.message)
    assert ("a.yml", 1, 16) == (found.at.source, found.at.region.start.line, found.at.region.start.column)


def test_a_rule_that_raises_is_a_finding_and_the_run_goes_on(tmp_path):
    """
    What it had found before stays, and the other rules have their say.
    """
    write(tmp_path, a_yml=ALERT.format("Boom") + BAD)
    report = run(request(tmp_path, rules=(Crashing(), Flagged())))

    assert ["meta/crashed-rule a.yml:1", "test/crashing a.yml:1", "test/flagged a.yml:3"] == told(report.shown)
    assert report.shown[0].message.startswith("rule `test/crashing` raised KeyError: 'no such\\nkey' (samples.py:")


def test_severities_are_those_of_the_configuration(tmp_path):
    """
    One setting for all findings of a rule.
    """
    write(tmp_path, a_yml=BAD)
    config = Config(root=tmp_path, rules={"test/flagged": RuleSettings(Severity.INFO)})

    assert [Severity.INFO] == [found.severity for found in run(request(tmp_path, config=config)).shown]


def test_each_finding_is_in_one_list(tmp_path):
    """
    Suppressed before vendored, vendored before accepted, and the rest is shown.
    """
    write(
        tmp_path,
        a_yml=BAD,
        b_yml=f"{REASON}\n{BAD}",
        vendor__c_yml=BAD,
        vendor__d_yml=f"{REASON}\n{BAD}",
        e_yml=BAD * 2,
    )
    for source in ("b.yml", "vendor/c.yml", "e.yml"):
        baselines.save(
            baselines.load(tmp_path / "obsaudit-baseline.txt")
            + baselines.Baseline([Key("test/flagged", source, "alert Bad")]),
            tmp_path / "obsaudit-baseline.txt",
        )
    report = run(request(tmp_path, config=Config(root=tmp_path, vendored=("vendor/",))))

    assert ["meta/stale-baseline obsaudit-baseline.txt:1", "meta/stale-baseline obsaudit-baseline.txt:1"] == told(
        [one for one in report.shown if one.rule == "meta/stale-baseline"]
    )
    assert ["test/flagged a.yml:1", "test/flagged e.yml:3"] == told(
        one for one in report.shown if one.rule != "meta/stale-baseline"
    )
    assert ["test/flagged b.yml:2", "test/flagged vendor/d.yml:2"] == told(report.suppressed)
    assert ["test/flagged vendor/c.yml:1"] == told(report.vendored)
    assert ["test/flagged e.yml:1"] == told(report.baselined)


def test_rules_left_out_for_a_path(tmp_path):
    """
    By its folder too, and for what is said of suppressions as well.
    """
    write(tmp_path, legacy__a_yml=f"{BAD}  for: 5m {REASON}\n", b_yml=BAD)
    config = Config(root=tmp_path, per_path=(PerPath(("legacy/",), ("test", "meta/unused-suppression")),))

    assert ["test/flagged b.yml:1"] == told(run(request(tmp_path, config=config)).shown)


SUPPRESSED = {
    "trailing": f"- alert: Bad {REASON}\n  expr: up\n",
    "alone": f"{REASON}\n{BAD}",
    "alone, blank and comment between": f"{REASON}\n\n# more\n{BAD}",
    "above the group": f"groups:\n{REASON}\n- name: g\n  rules:\n  - alert: Bad\n    expr: up\n",
    "several rules": "# obsaudit: ignore[test/flagged, test/renamed] -- because\n" + BAD,
    "until today": "# obsaudit: ignore[test/flagged] until 2026-11-23 -- because\n" + BAD,
}


@pytest.mark.parametrize("text", SUPPRESSED.values(), ids=SUPPRESSED.keys())
def test_a_suppression_hides_what_it_covers(tmp_path, text):
    """
    On its line, or the whole node below it, to the end of its last day.
    """
    write(tmp_path, a_yml=text)
    report = run(request(tmp_path, rules=(Flagged(),)))

    assert [] == told(one for one in report.shown if "unknown" not in one.rule)
    assert report.suppressed


NOT_SUPPRESSED = {
    "on the line below": ("meta/unused-suppression a.yml:2", f"- alert: Bad\n  expr: up {REASON}\n"),
    "above another node": ("meta/unused-suppression a.yml:1", f"{REASON}\n{ALERT.format('Good')}{BAD}"),
    "another rule": ("meta/unknown-rule a.yml:1", BAD.replace("Bad", "Bad # obsaudit: ignore[test/flaged] -- because")),
    "expired": (
        "meta/expired-suppression a.yml:1",
        "# obsaudit: ignore[test/flagged] until 2026-11-22 -- because\n" + BAD,
    ),
    "no reason": ("meta/malformed-suppression a.yml:1", BAD.replace("Bad", "Bad # obsaudit: ignore[test/flagged]")),
}


@pytest.mark.parametrize(("said", "text"), NOT_SUPPRESSED.values(), ids=NOT_SUPPRESSED.keys())
def test_a_suppression_that_hides_nothing_is_told(tmp_path, said, text):
    """
    And what it was meant to hide is shown.
    """
    write(tmp_path, a_yml=text)
    report = run(request(tmp_path))

    assert [said] == told(one for one in report.shown if one.rule.startswith("meta/"))
    assert 1 == sum(one.rule == "test/flagged" for one in report.shown)
    assert () == report.suppressed


def test_what_is_said_of_a_suppression_cannot_be_suppressed(tmp_path):
    """
    It would hide itself.
    """
    write(tmp_path, a_yml=ALERT.format("Good # obsaudit: ignore[test/flagged, meta/unused-suppression] -- because"))

    (said,) = run(request(tmp_path)).shown
    assert "the suppression of `test/flagged`, `meta/unused-suppression` hides nothing" == said.message


UNJUDGED = {
    "the rule raised": ((Crashing(),), "test/crashing", ALERT.format("Boom") + "{}" + ALERT.format("Good")),
    "the file is broken": ((Flagged(),), "test/flagged", "- alert: Bad\n  expr: 'up\n{}"),
    "the rule is off": ((Flagged(),), "test/renamed", "{}" + ALERT.format("Good")),
    "only a part was given": ((Lonely(),), "test/lonely", "{}" + ALERT.format("Good")),
}


@pytest.mark.parametrize(("rules", "rule", "text"), UNJUDGED.values(), ids=UNJUDGED.keys())
def test_what_was_not_judged_is_neither_unused_nor_stale(tmp_path, rules, rule, text):
    """
    A suppression that a broken file or rule makes look unused would be deleted by its fix.
    """
    write(tmp_path, a_yml=text.format(f"# obsaudit: ignore[{rule}] -- because\n"), b_yml=ALERT.format("Good"))
    baselines.save(baselines.Baseline([Key(rule, "a.yml", "alert Gone")]), tmp_path / "obsaudit-baseline.txt")
    report = run(request(tmp_path, "a.yml", rules=(*rules, replace(Renamed())) if rule != "test/renamed" else rules))

    assert [] == [one.message for one in report.shown if one.rule in ("meta/unused-suppression", "meta/stale-baseline")]


def test_on_the_whole_project_a_rule_about_it_can_be_unused(tmp_path):
    """
    Wherever the run was started, as long as the paths take in the configuration's folder.
    """
    write(
        tmp_path,
        a_yml="# obsaudit: ignore[test/lonely] -- because\n" + ALERT.format("A") + ALERT.format("B"),
        sub__c_yml="",
    )
    asked = request(tmp_path, "..", rules=(Lonely(),), cwd=tmp_path / "sub")

    assert ["meta/unused-suppression " + str(tmp_path / "a.yml") + ":1"] == told(run(asked).shown)
    assert [] == told(run(replace(asked, paths=["../a.yml"])).shown)


def test_debt_that_was_paid_is_stale(tmp_path):
    """
    In files that were looked at, that hold nothing any more, or that are no more; others are left in peace.
    """
    write(
        tmp_path,
        paid_yml=ALERT.format("Good"),
        empty_yml="x: 1\n",
        other_yml=BAD,
        template_yml="- alert: {{ .Values.name }}\n  a: }\n",
    )
    names = ("paid", "empty", "gone", "other", "template")
    entries = [Key("test/flagged", f"{name}.yml", "alert Bad") for name in names]
    baselines.save(baselines.Baseline(entries), tmp_path / "obsaudit-baseline.txt")
    report = run(request(tmp_path, "paid.yml", "empty.yml", "template.yml"))

    assert [f"in `{name}.yml`, and 0 are left" for name in ("empty", "gone", "paid")] == [
        one.message.partition("`test/flagged` about alert Bad ")[2] for one in report.shown
    ]


OLD = "- alert: OldName\n  expr: up == 0\n  for: 1m\n"


def test_fixes_are_made_until_none_is_left(tmp_path):
    """
    Safe ones by themselves, unsafe ones when asked for; nothing is written.
    """
    write(tmp_path, a_yml=OLD, b_yml=ALERT.format("OldToo"))
    asked = request(tmp_path, rules=(Renamed(),))
    safe, all_ = fix(asked, unsafe=False), fix(asked, unsafe=True)

    assert {"a.yml": OLD.replace("Old", "New").encode(), "b.yml": b"- alert: NewToo\n  expr: up == 0\n"} == safe.after
    assert {"a.yml": OLD.encode(), "b.yml": ALERT.format("OldToo").encode()} == safe.before
    assert {"a.yml": 1, "b.yml": 1} == safe.counts
    assert ["test/renamed b.yml:1"] == told(safe.report.shown)
    assert b"- alert: NewToo\n  for: 5m\n  expr: up == 0\n" == all_.after["b.yml"]
    assert ({"a.yml": 1, "b.yml": 2}, ()) == (all_.counts, all_.report.shown)
    assert OLD == (tmp_path / "a.yml").read_text()
    assert {} == fix(replace(asked, contents=all_.after), unsafe=True).after


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
def test_a_fixed_file_is_encoded_as_it_was(tmp_path, codec):
    """
    Its mark, its order of bytes and its line ends stay.
    """
    mark = "\ufeff" if codec.startswith("utf-16") else ""
    text = mark + "# größe\r\n- alert: OldName\r\n  expr: up\r\n"
    write(tmp_path, a_yml=text.encode(codec))
    fixes = fix(request(tmp_path, rules=(Renamed(),)), unsafe=True)

    assert text.replace("Old", "New").replace("  expr", "  for: 5m\r\n  expr").encode(codec) == fixes.after["a.yml"]


class Breaking(Renamed):
    """A rule whose fix is wrong."""

    id = "test/breaking"

    def check_alert(self, alert):
        for found in super().check_alert(alert):
            (edit,) = found.fix.edits
            yield replace(found, fix=replace(found.fix, edits=(edit._replace(text="'"),), safe=True))


def test_a_fix_that_would_break_its_file_is_refused(tmp_path):
    """
    A rule's mistake must not become the user's.
    """
    write(tmp_path, a_yml=OLD, b_yml=OLD)
    fixes = fix(request(tmp_path, rules=(Breaking(),)), unsafe=False)

    assert ({}, {}) == (fixes.after, fixes.counts)
    why = "its fixes would break it: none was applied"
    assert (Skipped("a.yml", why), Skipped("b.yml", why)) == fixes.report.skipped


class Restless(Renamed):
    """A rule whose fix cures nothing."""

    id = "test/restless"

    def check_alert(self, alert):
        (found,) = super().check_alert(alert)
        yield replace(found, fix=replace(found.fix, edits=(found.fix.edits[0]._replace(text="OldOld"),)))


def test_fixing_ends(tmp_path):
    """
    A fix that brings its finding back is applied ten times and no more.
    """
    write(tmp_path, a_yml=OLD)
    fixes = fix(request(tmp_path, rules=(Restless(),)), unsafe=False)

    assert b"- alert: " + b"Old" * 11 + b"Name\n" == fixes.after["a.yml"].splitlines(keepends=True)[0]


def test_one_file_under_two_names_is_fixed_once(tmp_path):
    """
    A link and what it points at are one file.
    """
    write(tmp_path, real_yml=OLD)
    (tmp_path / "link.yml").symlink_to("real.yml")

    assert ["link.yml"] == list(fix(request(tmp_path, rules=(Renamed(),)), unsafe=False).after)


def test_a_bomb_of_aliases_is_read_in_no_time(tmp_path):
    """
    A billion values and ten anchors, with rules among them.
    """
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    write(tmp_path, a_yml="\n".join(bomb) + "\ngroups: [{name: g, rules: [{alert: Bad, expr: up}]}]\n")

    shown = run(request(tmp_path)).shown
    assert ["test/flagged a.yml:11"] == told([finding for finding in shown if finding.rule != "meta/unparsable"])


def test_circles_of_folders_end(tmp_path):
    """
    Links upwards are not followed.
    """
    write(tmp_path, a__a_yml=BAD)
    (tmp_path / "a" / "again").symlink_to("../a")
    os.symlink("..", tmp_path / "a" / "up")

    assert ["test/flagged a/a.yml:1"] == told(run(request(tmp_path)).shown)
    shutil.rmtree(tmp_path / "a")


def test_a_parser_that_raises_ends_its_file_and_not_the_run(tmp_path, monkeypatch):
    """
    The file could not be checked, which is told and fails the run; the others are.
    """
    parse = documents.parse

    def broken(text, path, settings):
        if path == "a.yml":
            raise IndexError("list index out of range")
        return parse(text, path, settings)

    monkeypatch.setattr(documents, "parse", broken)
    write(tmp_path, a_yml=BAD, b_yml=BAD)
    report = run(request(tmp_path))

    (skipped,) = report.skipped
    assert ["test/flagged b.yml:1"] == told(report.shown)
    assert ("a.yml", True) == (skipped.what, skipped.fatal)
    assert skipped.why.startswith(
        "a mistake of obsaudit, please report it: IndexError: list index out of range (test_run"
    )
