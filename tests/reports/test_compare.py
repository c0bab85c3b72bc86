"""What changed since an earlier report."""

import json

import pytest

from obsaudit.lint import Confidence, Finding, Location, Report, Severity, Skipped, Table
from obsaudit.lint.record import replace
from obsaudit.reports import FORMATS, CompareError, changes, load

from . import samples

COLUMNS = ("metric", "series", "share")


def finding(rule: str, subject: str, message: str = "is wrong") -> Finding:
    at = Location("prometheus:prod", subject, None)
    return Finding(rule, Severity.WARNING, Confidence.HIGH, message, at)


def table(**series: str) -> Table:
    rows = tuple((name, value, "1%") for name, value in series.items())
    return Table("Top", COLUMNS, rows, numeric=frozenset({1, 2}))


def earlier(tmp_path, report):
    path = tmp_path / "last.json"
    path.write_text(FORMATS["json"](report, samples.VIEW), "utf-8")
    return load(path)


def test_findings_are_known_by_their_rule_and_subject(tmp_path):
    """
    A message holds figures that change every week: that is no new finding.
    """
    last = earlier(tmp_path, Report(shown=(finding("a/b", "metric x", "6,000 series"), finding("a/c", "target y"))))
    now = Report(shown=(finding("a/b", "metric x", "7,000 series"), finding("a/d", "alert z")))

    (since,) = changes(last, now)
    assert [("new", "a/d", "alert z", "is wrong"), ("gone", "a/c", "target y", "is wrong")] == list(since.rows)
    assert "1 new, 1 no longer found, 1 as before" == since.note


def test_what_was_not_checked_is_not_gone(tmp_path):
    """
    Where an auditor could not look this time, nothing is known to be mended.
    """
    last = earlier(tmp_path, Report(shown=(finding("a/c", "target y"),)))

    (since,) = changes(last, Report(skipped=(Skipped("a/c", "timed out"),)))
    assert [("unknown", "a/c", "target y", "is wrong")] == list(since.rows)


def test_hashes_of_two_snapshots_are_not_compared(tmp_path):
    """
    Each redacted snapshot has its own: whether a target is the same, or a new one is down, nobody knows.
    """
    down, other = finding("a/c", "target api/h110051cebe6d"), finding("a/c", "target api/hdc7b2845c53d")
    same, new = finding("a/b", "metric x"), finding("a/b", "metric y")

    (since,) = changes(earlier(tmp_path, Report(shown=(down, same))), Report(shown=(other, same, new)))
    assert [("unknown", other.at.subject), ("unknown", down.at.subject)] == [
        (what, subject) for what, rule, subject, _ in since.rows if rule == "a/c"
    ]
    assert "1 new, 0 no longer found, 1 as before, 2 unknown: not checked, or of a redacted snapshot" == since.note


def test_figures_that_moved(tmp_path):
    """
    The largest change comes first; what moved by less than a twentieth, or is new, is left out.
    """
    last = earlier(tmp_path, Report(tables=(table(a="1,000", b="100", c="50"),), head=(("asked", "last week"),)))
    now = Report(tables=(table(a="1,500", b="300", c="51", d="9"),))

    _, figures = changes(last, now)
    assert "Figures since last week" == figures.title
    assert [("Top", "b", "series", "100", "300", "+200%"), ("Top", "a", "series", "1,000", "1,500", "+50%")] == list(
        figures.rows
    )


def test_another_unit_is_no_change(tmp_path):
    """
    `300ms` and `2s` are not compared by their numbers.
    """
    last = earlier(tmp_path, Report(tables=(table(a="300ms"),)))

    assert 1 == len(changes(last, Report(tables=(table(a="2s"),))))


@pytest.mark.parametrize("text", ["", "{}", '{"version": 2, "findings": []}', "[1]", '{"version": 1, "findings": [1]}'])
def test_a_file_that_is_no_report_is_refused(tmp_path, text):
    """
    The message says what to write instead.
    """
    path = tmp_path / "x.json"
    path.write_text(text)

    with pytest.raises(CompareError, match="no JSON report of version 1"):
        load(path)


def test_a_report_of_lint_can_be_compared(tmp_path):
    """
    Findings in files have a subject, or else their file.
    """
    static = samples.STATIC
    last = earlier(tmp_path, replace(static, shown=()))

    (since,) = changes(last, static)
    assert len({(one.rule, one.at.subject or one.at.source) for one in static.shown}) == len(since.rows)
    assert json.dumps([list(row) for row in since.rows])
