"""The identity of a finding survives what does not change it."""

from obsaudit.lint import Confidence, Finding, Location, Position, Region, Report, Severity
from obsaudit.lint.fingerprint import fingerprints
from obsaudit.lint.record import replace


def at_line(number, message="alert `A` has no runbook", source="alerts.yml"):
    region = Region(Position(number, 1), Position(number, 5))
    return Finding(
        "alerts/missing-runbook", Severity.WARNING, Confidence.HIGH, message, Location(source, "alert A", region)
    )


def prints(*findings):
    """The fingerprints of a report with these findings, in their order."""
    found = fingerprints(Report(shown=findings))
    return [found[finding] for finding in findings]


def test_stays_when_lines_move():
    """Lines inserted above a finding do not change its fingerprint."""
    assert prints(at_line(3)) == prints(at_line(30))


def test_stays_when_only_the_verdict_changes():
    """Severity, confidence, help and fixes are how a finding is told, not what it is."""
    finding = at_line(3)

    assert prints(finding) == prints(replace(finding, severity=Severity.ERROR, help="link one"))


def test_is_the_same_in_every_version():
    """A stored fingerprint is compared with new ones: changing it is a breaking change."""
    assert ["8a43d0a481a2d25640ad965f822144d5"] == prints(at_line(3))


def test_tells_twins_apart_by_their_order():
    """Findings alike in all but their place are numbered from the top of the file."""
    first, second = prints(at_line(3), at_line(9))

    assert first != second
    assert [first, second] == prints(at_line(4), at_line(11))
    assert [second, first] == prints(at_line(11), at_line(4))


def test_does_not_depend_on_the_list():
    """Suppressing a finding renames neither it nor its twin."""
    first, second = at_line(3), at_line(9)

    assert fingerprints(Report(shown=(first, second))) == fingerprints(Report(shown=(second,), suppressed=(first,)))


def test_differs_by_rule_source_subject_and_message():
    """Each part of the identity counts, and text cannot wander from one into the next."""
    finding = at_line(3)
    others = [
        replace(finding, rule="alerts/other"),
        at_line(3, source="other.yml"),
        replace(finding, at=replace(finding.at, subject="alert B")),
        at_line(3, message="alert `A` has an empty runbook"),
    ]

    assert 5 == len({prints(one)[0] for one in (finding, *others)})


def test_one_file_by_two_names():
    """`./alerts.yml` and `alerts.yml` are one file."""
    assert prints(at_line(3)) == prints(at_line(3, source="./alerts.yml"))


def test_takes_what_cannot_be_encoded():
    """A file name that is not UTF-8 has a fingerprint like any other."""
    assert 32 == len(prints(at_line(3, source="\udc80.yml"))[0])
