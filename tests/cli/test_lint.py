"""`obsaudit lint` as a user runs it: what it prints, where, and how it ends."""

import json
import os
import pty
import stat
import subprocess

import pytest

from .shell import COMMAND, environment, lint, obsaudit, state

BAD = "- alert: ApiDown\n  expr: up == 0\n"
GOOD = "- alert: ApiDown\n  expr: up == 0\n  labels: {severity: critical}\n"
FIXED = "- alert: ApiDown\n  expr: up\n  labels: {severity: critical}\n"
UNUSED = FIXED.replace("Down", "Down # obsaudit: ignore[alerts/missing-severity] -- because")
ONE = ("--select", "alerts/missing-severity")
"""A rule that every version has: the others may come and go."""


def rules_in(text):
    """The ids of a JSON report's findings."""
    return [finding["rule"] for finding in json.loads(text)["findings"]]


@pytest.mark.parametrize(
    ("code", "text", "args"),
    [
        (1, BAD, ()),
        (0, GOOD, ()),
        (0, "x: 1\n", ()),
        (0, BAD, ("--exit-zero",)),
        (1, UNUSED, ("--fail-on", "warning")),
        (0, UNUSED, ("--fail-on", "error")),
        (1, BAD, ("--fail-on", "error")),
        (2, BAD, ("gone.yml",)),
        (2, BAD, ("gone.yml", "--exit-zero")),
        (2, BAD, ("--nonsense",)),
        (2, BAD, ("--fail-on", "never")),
        (2, BAD, ("--select", "alerts/mising-severity")),
        (2, BAD, ("--format", "jsn")),
        (2, BAD, ("--config", "gone.toml")),
        (2, BAD, ("-", "a.yml")),
        (2, BAD, ("--stdin-filename", "a.yml")),
    ],
)
def test_how_it_ends(tmp_path, code, text, args):
    """
    0 clean, 1 findings, 2 what was asked for could not be checked; never a traceback.
    """
    (tmp_path / "a.yml").write_text(text)
    done = obsaudit(tmp_path, "lint", *(() if "-" in args else (".",)), *(ONE if "--select" not in args else ()), *args)

    assert code == done.code
    assert "Traceback" not in done.err


OWN_FILE = "give all but one a file of its own: `--format sarif=FILE`"
MISTAKES = [
    (
        "--select: there is no rule or folder `alerts/mising-severity`",
        "did you mean `alerts/missing-severity`?",
        "--select alerts/mising-severity",
    ),
    ("--ignore: there is no rule or folder `alrets`", "did you mean `alerts`?", "--ignore alerts,alrets"),
    ("there is no format `jsn`", "did you mean `json`?", "-f jsn"),
    ("`--format json=` names no file", "write `json=FILE`", "-f json="),
    ("2 reports would go to the screen", OWN_FILE, "-f text -f json"),
    ("2 reports would go to `out`", OWN_FILE, "-f text -f json -o out"),
    ("no report is left for `--output`", "every format has a file of its own", "-f text=a -o out"),
    ("`-` stands alone: standard input is one file", None, "- a.yml"),
    ("gone.toml: no such file", None, "--config gone.toml"),
]


@pytest.mark.parametrize(("said", "near", "args"), MISTAKES)
def test_a_mistake_on_the_command_line_is_told_before_any_work(tmp_path, said, near, args):
    """
    On standard error, in one sentence, with what was probably meant.
    """
    done = obsaudit(tmp_path, "lint", *args.split())

    assert (2, "", f"obsaudit: {said}\n" + (f"  help: {near}\n" if near else "")) == (done.code, done.out, done.err)
    assert {} == state(tmp_path)


def test_a_broken_configuration_ends_the_run(tmp_path):
    """
    With the file, the line and a suggestion.
    """
    (tmp_path / "obsaudit.toml").write_text('select = ["alerts"]\n[rules."alerts/missing-fro"]\n')
    (tmp_path / "a.yml").write_text(BAD)
    done = obsaudit(tmp_path, "lint")

    said = f"obsaudit: {tmp_path}/obsaudit.toml:2: there is no rule `alerts/missing-fro`\n"
    assert (2, "", f"{said}  help: did you mean `alerts/missing-for`?\n") == (done.code, done.out, done.err)


def test_a_broken_baseline_ends_the_run(tmp_path):
    """
    Half of a debt must not pass for all of it.
    """
    (tmp_path / "obsaudit-baseline.txt").write_text("# x\n<<<<<<< HEAD\n")
    (tmp_path / "a.yml").write_text(BAD)
    done = obsaudit(tmp_path, "lint")

    said = f"obsaudit: {tmp_path}/obsaudit-baseline.txt:2: is no baseline entry\n  help: write it anew\n"
    assert (2, "", said) == (done.code, done.out, done.err)


def test_several_reports_at_once(tmp_path):
    """
    Each to its file, one to the screen; what a command line selects, the report is about.
    """
    (tmp_path / "a.yml").write_text(BAD)
    done = obsaudit(
        tmp_path, "lint", *ONE, "-f", "json", "-f", "sarif=out.sarif", "-f", "markdown=out.md", "--statistics"
    )

    assert (1, ["alerts/missing-severity"], "") == (done.code, rules_in(done.out), done.err)
    assert "2.1.0" == json.loads((tmp_path / "out.sarif").read_text())["version"]
    assert "alerts/missing-severity" in (tmp_path / "out.md").read_text()


def test_the_report_goes_to_a_file(tmp_path):
    """
    All of it, and nothing to the screen; where it cannot be written, that is told.
    """
    (tmp_path / "a.yml").write_text(BAD)
    (tmp_path / "folder").mkdir()
    to_file = obsaudit(tmp_path, "lint", *ONE, "-f", "json", "--output", "out.json")
    to_folder = obsaudit(tmp_path, "lint", *ONE, "-o", "folder/none/out.txt")

    assert (1, "", "") == (to_file.code, to_file.out, to_file.err)
    assert ["alerts/missing-severity"] == rules_in((tmp_path / "out.json").read_text())
    said = "obsaudit: folder/none/out.txt: the report cannot be written: no such file or directory\n"
    assert (2, said) == (to_folder.code, to_folder.err)


def test_a_report_to_a_device_leaves_the_device(tmp_path):
    """
    `/dev/null` is written to and stays what it is.
    """
    (tmp_path / "a.yml").write_text(BAD)
    done = obsaudit(tmp_path, "lint", *ONE, "-o", "/dev/null", "-f", "json")
    shown = obsaudit(tmp_path, "lint", *ONE, "-f", "json=/dev/stdout")

    assert (1, "") == (done.code, done.err)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert ["alerts/missing-severity"] == rules_in(shown.out)


def test_statistics_count_the_findings(tmp_path):
    """
    Behind the findings, by rule.
    """
    (tmp_path / "a.yml").write_text(BAD * 2)
    lines = obsaudit(tmp_path, "lint", *ONE, "--statistics").out.splitlines()

    assert ["2", "alerts/missing-severity"] in [line.split()[:2] for line in lines]


@pytest.mark.parametrize(
    ("coloured", "more"),
    [(True, {}), (True, {"NO_COLOR": ""}), (False, {"NO_COLOR": "1"}), (False, {"TERM": "dumb"})],
)
def test_colours_are_for_people(tmp_path, coloured, more):
    """
    On a terminal, unless `NO_COLOR` has a value or the terminal is dumb; never in a pipe.
    """
    (tmp_path / "a.yml").write_text(BAD)
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "lint", *ONE], cwd=tmp_path, stdout=slave, stderr=slave, env=environment(tmp_path, **more)
    ):
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # how Linux says that the other end of a terminal is closed
                break
            if not part:
                break
            shown += part
    os.close(master)

    assert coloured == (b"\x1b[" in shown)
    assert b"alerts/missing-severity" in shown
    assert "\x1b" not in obsaudit(tmp_path, "lint", *ONE, **more).out


STDIN = ("lint", "-", *ONE)


def test_standard_input_goes_by_its_name(tmp_path):
    """
    Which decides its kind and its settings; without one it is YAML.
    """
    (tmp_path / "obsaudit.toml").write_text('[[per-path]]\npaths = ["legacy/"]\nignore = ["alerts"]\n')

    def sources(*args):
        done = obsaudit(tmp_path, *STDIN, "-f", "json", *args, stdin=BAD.encode())
        return done.code, [finding["source"] for finding in json.loads(done.out)["findings"]]

    assert (1, ["stdin.yml"]) == sources()
    assert (1, ["a/b.rules"]) == sources("--stdin-filename", "./a/b.rules")
    assert (0, []) == sources("--stdin-filename", "legacy/b.yml")
    assert (0, []) == sources("--stdin-filename", "b.txt")


def test_fixed_standard_input_goes_to_standard_output(tmp_path):
    """
    The text alone, changed or not; the report goes to standard error.
    """
    select = ("--select", "meta/unused-suppression,alerts/missing-severity")
    fixed = obsaudit(tmp_path, "lint", "-", *select, "--fix", stdin=UNUSED.encode())
    same = obsaudit(tmp_path, "lint", "-", *select, "--fix", stdin=BAD.encode())

    assert (0, FIXED) == (fixed.code, fixed.out)
    assert "1 fix applied in 1 file\n" in fixed.err
    assert (1, BAD) == (same.code, same.out)
    assert "alerts/missing-severity" in same.err


def test_a_difference_writes_nothing(tmp_path):
    """
    It is shown as `patch` takes it, whatever the encoding and the line ends, and applies to what `--fix` writes.
    """

    def spelt(text):
        return f'\ufeff{text}  annotations: {{summary: "gr\u00f6\u00dfe\u2028"}}\n'.replace("\n", "\r\n").encode()

    (tmp_path / "a.yml").write_bytes(spelt(UNUSED))
    before = state(tmp_path)
    shown = obsaudit(tmp_path, "lint", "--diff", "a.yml")

    assert before == state(tmp_path)
    assert "1 fix would be applied in 1 file\n" == shown.err
    assert [
        "-- alert: ApiDown # obsaudit: ignore[alerts/missing-severity] -- because\r",
        "+- alert: ApiDown\r",
    ] == [line for line in shown.out.split("\n") if line.startswith(("-", "+")) and "a.yml" not in line]
    fixed = obsaudit(tmp_path, "lint", "--fix", "a.yml", "--select", "meta,alerts/missing-severity")
    assert 0 == fixed.code
    assert spelt(FIXED) == (tmp_path / "a.yml").read_bytes()


def test_fixes_that_the_baseline_holds_back_are_told(tmp_path):
    """
    None is applied, since nothing is shown; what there is and how to get at it is said.
    """
    (tmp_path / "obsaudit.toml").write_text('select = ["alerts/missing-severity"]\n')
    (tmp_path / "a.yml").write_text(UNUSED)
    accepted = obsaudit(tmp_path, "baseline", "write")
    held = obsaudit(tmp_path, "lint", "--fix")
    assert "1 finding accepted, 0 before\n" == accepted.err
    assert (
        "0 fixes applied in 0 files\n"
        "1 fixable finding is accepted by the baseline: `--no-baseline` fixes what it accepts, too\n"
    ) == held.err
    assert UNUSED == (tmp_path / "a.yml").read_text()

    fixed = obsaudit(tmp_path, "lint", "--fix", "--no-baseline")
    assert ("1 fix applied in 1 file\n", FIXED) == (fixed.err, (tmp_path / "a.yml").read_text())


def test_fixing_keeps_permissions_and_links(tmp_path):
    """
    And a second time changes nothing at all.
    """
    (tmp_path / "real.yml").write_text(UNUSED)
    (tmp_path / "real.yml").chmod(0o640)
    (tmp_path / "link.yml").symlink_to("real.yml")
    first = obsaudit(tmp_path, "lint", "--fix", "link.yml", "--select", "meta,alerts/missing-severity")
    after = state(tmp_path)
    second = obsaudit(tmp_path, "lint", "--fix", "link.yml", "--select", "meta,alerts/missing-severity")

    assert (0, 0) == (first.code, second.code)
    assert ("1 fix applied in 1 file\n", "0 fixes applied in 0 files\n") == (first.err, second.err)
    assert (FIXED, 0o640) == ((tmp_path / "real.yml").read_text(), stat.S_IMODE((tmp_path / "real.yml").stat().st_mode))
    assert (tmp_path / "link.yml").is_symlink()
    assert after == state(tmp_path)


@pytest.mark.parametrize("where", ["pipe", "name"])
def test_whoever_reads_the_report_may_go_away(tmp_path, where):
    """
    `| head` ends the run without a word.
    """
    (tmp_path / "a.yml").write_text(BAD * 2000)
    with subprocess.Popen(
        [*COMMAND, "lint", *ONE],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    ) as process:
        if where == "name":
            process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()

    assert (1, b"") == (process.returncode, said)


def test_other_settings_of_the_source_read_the_same_file_anew(tmp_path):
    """
    Which helpers measure decides what a file holds: what was kept of it under other settings is not believed.
    """
    uses = "helpers.bump('login', {'user': request.user_id})"
    code = f"import logging\n\nimport helpers\n\n\ndef login(request):\n    logging.info('login')\n    {uses}\n"
    (tmp_path / "app.py").write_text(code)
    settings = tmp_path / "obsaudit.toml"
    settings.write_text("")

    before = lint(tmp_path, "app.py", "--select", "metrics/unbounded-label")
    settings.write_text('[source]\nlabel-wrappers = ["helpers.bump:1"]\n')
    after = lint(tmp_path, "app.py", "--select", "metrics/unbounded-label")

    assert ([], ["metrics/unbounded-label app.py:8"]) == (before[1], after[1])
