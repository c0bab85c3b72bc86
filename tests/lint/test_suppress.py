"""Which findings a comment covers, where one line is not one thing."""

from datetime import date

import pytest

from obsaudit.lint import Confidence, Finding, Location, Position, Region, Severity
from obsaudit.lint.nodes import Suppression, Unparsable
from obsaudit.lint.suppress import Suppressions, widen


def finding(first, last):
    at = Location("a.yml", None, Region(Position(first, 3), Position(last, 9)))
    return Finding("test/a", Severity.WARNING, Confidence.HIGH, "is wrong", at)


def comment(line, covers, *, alone=False):
    extent = Region(Position(line, 1), Position(line, 2))
    return Suppression(
        at=Location("a.yml", None, extent),
        lines=(line, line),
        rules=("test/a",),
        reason="because",
        until=None,
        problem=None,
        covers=covers,
        extent=extent,
        alone=alone,
    )


@pytest.mark.parametrize(
    ("first", "last", "is_hidden"),
    [(5, 5, True), (3, 5, True), (5, 8, True), (3, 8, True), (3, 4, False), (6, 8, False)],
)
def test_a_finding_over_several_lines_is_hidden_by_a_comment_on_any_of_them(first, last, is_hidden):
    """
    An expression begins above the line that somebody comments on, and ends below it.
    """
    assert is_hidden == (Suppressions([comment(5, (5, 5))], date(2026, 1, 1)).hides(finding(first, last)) is not None)


def test_of_what_begins_on_one_line_the_longest_is_covered():
    """
    An alert and its expression begin on the same line, and either may be known first.
    """
    own = comment(1, (2, 2), alone=True)

    def node(first, last):
        return Unparsable(at=Location("a.yml", None, None), lines=(first, last), kind="text", problem="is torn")

    for lengths in ((3, 9), (9, 3)):
        (widened,) = widen([own, *(node(2, last) for last in lengths), node(3, 20)])
        assert (2, 9) == widened.covers
