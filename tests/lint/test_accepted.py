"""Suppressions in the configuration, for files that hold no comments."""

import json
from datetime import date

import pytest

from obsaudit.lint.config import Accepted, Config, ConfigError, load
from obsaudit.lint.documents.tree import parse_json
from obsaudit.lint.region import Text
from obsaudit.lint.run import run
from obsaudit.rules import ALL

from .samples import request, told

RULES = tuple(rule for rule in ALL if rule.id.startswith("dashboards/"))

PANELS = {"title": "D", "uid": "d", "schemaVersion": 39, "panels": [{"type": "stat", "title": one} for one in "ABC"]}
EMPTY = "dashboards/empty-panel"


def lint(folder, *entries, paths=(".",), text=None):
    (folder / "a").mkdir(exist_ok=True)
    (folder / "a" / "d.json").write_text(text or json.dumps(PANELS, indent=1))
    config = Config(
        root=folder,
        file=folder / "obsaudit.toml",
        select=(EMPTY,),
        suppress=entries,
        suppress_lines=tuple(range(10, 10 + len(entries))),
    )
    return run(request(folder, *paths, rules=RULES, config=config))


def entry(pointer="", **more):
    return Accepted(**{"source": "a/*.json", "rules": (EMPTY,), "reason": "to come", "pointer": pointer, **more})


@pytest.mark.parametrize(
    ("pointer", "left"),
    [
        ("", ""),
        ("/panels", ""),
        ("/panels/1", "AC"),
        ("/panels/0/title", "BC"),
        ("/title", "ABC"),
        ("/panels/7", "ABC"),
    ],
)
def test_what_is_covered(tmp_path, pointer, left):
    report = lint(tmp_path, entry(pointer))

    assert [f"panel {one}" for one in left] == [one.at.subject for one in report.shown if one.rule == EMPTY]
    assert 3 - len(left) == len(report.suppressed) == len(report.suppressions)
    unused = ["meta/unused-suppression obsaudit.toml:10"] if left == "ABC" else []
    assert unused == [one for one in told(report.shown) if "meta" in one]


def test_one_line_is_not_one_place(tmp_path):
    """Regions decide, for a minified file has one line."""
    report = lint(tmp_path, entry("/panels/1"), text=json.dumps(PANELS))

    assert ["panel A", "panel C"] == [one.at.subject for one in report.shown]


def test_an_end(tmp_path):
    report = lint(tmp_path, entry(until=date(2020, 1, 1)))

    assert ["meta/expired-suppression obsaudit.toml:10"] == [one for one in told(report.shown) if "meta" in one]
    assert () == report.suppressed


def test_a_pattern_that_no_file_matches(tmp_path):
    """In the whole project it is a mistake; on a part of it nothing is known."""
    lost = entry(source="b/*.json")

    whole, part = lint(tmp_path, lost), lint(tmp_path, lost, paths=("a",))
    assert ["meta/unused-suppression obsaudit.toml:10"] == [one for one in told(whole.shown) if "meta" in one]
    assert [] == [one for one in told(part.shown) if "meta" in one]


def test_a_rule_that_there_is_not(tmp_path):
    (found,) = (one for one in lint(tmp_path, entry(rules=("dashboards/empty-pane",))).shown if "unknown" in one.rule)

    assert ("obsaudit.toml", 10, f"did you mean `{EMPTY}`?") == (
        found.at.source,
        found.at.region.start.line,
        found.help,
    )


def test_pointers():
    """The examples of RFC 6901, section 5, that a document of YAML or JSON can have."""
    text = '{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "m~n": 8, " ": 7}'
    tree = parse_json(Text.of_file(text, "a.json"))

    pointers = {"/foo/0": "bar", "/": "0", "/a~1b": "1", "/c%d": "2", "/m~0n": "8", "/ ": "7"}
    assert pointers == {pointer: tree.at(pointer).scalar for pointer in pointers}
    assert [None] * 4 == [tree.at(pointer) for pointer in ("/foo/2", "/foo/-", "/foo/0/x", "/else")]
    assert tree.at("").region == tree.region


TOML = """\
select = ["dashboards"]

[[suppress]]
source = "a/*.json"
pointer = "/panels/1"
rules = ["dashboards/empty-panel"]
reason = "to come"
until = 2027-03-31

[[suppress]]
source = "b.json"
rules = ["dashboards/empty-panel"]
reason = "older than we are"
"""


def test_how_it_is_written(tmp_path):
    (tmp_path / "obsaudit.toml").write_text(TOML)
    config = load(tmp_path / "obsaudit.toml", ALL, tmp_path)

    assert ((3, 10), date(2027, 3, 31)) == (config.suppress_lines, config.suppress[0].until)
    assert ("/panels/1", "", None) == (config.suppress[0].pointer, config.suppress[1].pointer, config.suppress[1].until)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('reason = "to come"\n', "", "`suppress` lacks `reason`"),
        ('"to come"', '" "', "an entry of `suppress` lacks a reason"),
        ('["dashboards/empty-panel"]\nreason = "to', '[]\nreason = "to', "an entry of `suppress` lacks rules"),
        ('"/panels/1"', '"panels/1"', "`panels/1` is no JSON pointer"),
        ("2027-03-31", '"soon"', "`until` must be a date"),
        ("2027-03-31", "2027-03-31T00:00:00", "`until` must be a date"),
        ("pointer", "path", "`suppress` has no key `path`"),
        ("[[suppress]]\nsource", "[suppress]\nsource", "`suppress` is a list of tables"),
    ],
)
def test_a_mistake_is_told(tmp_path, old, new, message):
    text = TOML.replace(old, new, 1)
    (tmp_path / "obsaudit.toml").write_text(text[: text.index('[[suppress]]\nsource = "b')])

    with pytest.raises(ConfigError) as told:
        load(tmp_path / "obsaudit.toml", ALL, tmp_path)
    assert (message, True) == (told.value.message, told.value.line is not None)
