"""What an editor's folder knows, without an editor."""

from pathlib import Path

from obsaudit.editor.desk import Desk, Draft
from obsaudit.lint import Confidence, Finding, Location, Position, Region, Report, Severity
from obsaudit.lint.report import Coverage

PLACE = Region(Position(1, 1), Position(1, 2))


def finding(rule: str, source: str) -> Finding:
    return Finding(rule, Severity.WARNING, Confidence.HIGH, "is wrong", Location(source, None, PLACE))


class Linter:
    """Remembers what it was asked; takes as long as it is told to."""

    def __init__(self, lasts: float) -> None:
        self.asked: list[list[str]] = []
        self.now, self.lasts = 0.0, lasts

    def __call__(self, root, paths, contents):
        self.asked.append(list(paths))
        self.now += self.lasts
        if paths == ["."]:
            shown = (finding("alone/one", "a.yml"), finding("project/two", "a.yml"), finding("project/two", "b.yml"))
            return Report(shown=shown)
        return Report(coverage=Coverage(rules=frozenset({"alone/one"})))


def desk(linter: Linter) -> Desk:
    return Desk(Path("/work"), linter, patience=1.0, clock=lambda: linter.now)


def test_a_quick_folder_is_checked_whole_each_time():
    """
    Where a whole check is quick, typing checks every file.
    """
    linter = Linter(lasts=0.5)
    mine = desk(linter)
    mine.check({"a.yml": Draft("x")}, frozenset({"a.yml"}), saved=False)
    mine.check({"a.yml": Draft("xy")}, frozenset({"a.yml"}), saved=False)

    assert [["."], ["."]] == linter.asked


def test_in_a_slow_folder_typing_checks_the_file_alone():
    """
    What rules about the whole project said stays until the next save; what they say of files alone is new.
    """
    linter = Linter(lasts=2)
    mine = desk(linter)
    mine.check({"a.yml": Draft("x", 1)}, frozenset({"a.yml"}), saved=False)
    mine.check({"a.yml": Draft("xy", 2)}, frozenset({"a.yml"}), saved=False)

    assert [["."], ["a.yml"]] == linter.asked
    assert ["project/two"] == [one.rule for one in mine.checked["a.yml"].findings]
    assert ("xy", 2) == (mine.checked["a.yml"].text, mine.checked["a.yml"].version)
    assert ["project/two"] == [one.rule for one in mine.checked["b.yml"].findings]

    mine.check({"a.yml": Draft("xy", 2)}, frozenset({"a.yml"}), saved=True)
    assert ["."] == linter.asked[-1]


def test_what_is_mended_is_known_to_be_clean():
    """
    A file that had findings and has none now is still known: an editor has to be told.
    """
    reports = iter((Report(shown=(finding("alone/one", "a.yml"),)), Report()))
    mine = Desk(Path("/work"), lambda root, paths, contents: next(reports))
    mine.check({}, frozenset(), saved=True)
    mine.check({}, frozenset(), saved=True)

    assert () == mine.checked["a.yml"].findings
