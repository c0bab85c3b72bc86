"""Edits become texts: whole fixes or none, and never two at one place."""

from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Confidence, Edit, Finding, Fix, Location, Position, Region, Severity
from obsaudit.lint.fix import apply, by_source, fixable


def region(line, column, end_line, end_column):
    return Region(Position(line, column), Position(end_line, end_column))


def finding(*edits, safe=True, message="m"):
    """A finding whose fix has these edits, each a region and a text."""
    fix = Fix("mend it", tuple(Edit("f.yml", *edit) for edit in edits), safe) if edits else None
    return Finding("a/b", Severity.ERROR, Confidence.HIGH, message, Location("f.yml", None, None), None, fix)


def test_edits_apply_from_the_end_whatever_their_order():
    """
    An edit further up does not move the place of one further down.
    """
    late, early = finding((region(2, 1, 2, 4), "TWO")), finding((region(1, 1, 1, 4), "a longer one"))

    assert "a longer one\nTWO\n" == apply("one\ntwo\n", [late, early]).text


def test_of_two_that_overlap_the_first_in_the_file_wins():
    """
    The other one is not guessed at.
    """
    first, second = finding((region(1, 1, 1, 5), "x")), finding((region(1, 4, 1, 7), "y"))
    fixed = apply("abcdefg", [second, first])

    assert ("xefg", (first,)) == (fixed.text, fixed.applied)


def test_edits_side_by_side_are_both_applied():
    """
    Where one ends the next may begin.
    """
    fixed = apply("abcd", [finding((region(1, 1, 1, 3), "x")), finding((region(1, 3, 1, 5), "y"))])

    assert ("xy", 2) == (fixed.text, len(fixed.applied))


def test_two_insertions_at_one_place_are_rivals():
    """
    Which should stand first is not known.
    """
    here = region(1, 2, 1, 2)

    assert "axb" == apply("ab", [finding((here, "x")), finding((here, "y"))]).text


def test_the_same_edit_wished_for_twice_is_made_once():
    """
    Two findings that agree are both cured.
    """
    here = region(1, 1, 1, 2)
    fixed = apply("ab", [finding((here, "x"), message="one"), finding((here, "x"), message="two")])

    assert ("xb", 2) == (fixed.text, len(fixed.applied))


def test_a_fix_is_applied_whole_or_not_at_all():
    """
    Half a fix may be worse than none: one edit that clashes takes its others with it.
    """
    first = finding((region(1, 1, 1, 2), "x"))
    second = finding((region(1, 3, 1, 4), "y"), (region(1, 1, 1, 3), "z"))
    fixed = apply("abcd", [first, second])

    assert ("xbcd", (first,)) == (fixed.text, fixed.applied)


def test_a_fix_that_overlaps_itself_is_none():
    """
    Its author was wrong, and no order of its edits is right.
    """
    assert "abcd" == apply("abcd", [finding((region(1, 1, 1, 3), "x"), (region(1, 2, 1, 4), "y"))]).text


def test_a_place_outside_of_the_text_is_none():
    """
    The file has changed since, or the region is wrong.
    """
    outside = [region(9, 1, 9, 2), region(1, 1, 2, 9), region(0, 1, 1, 1)]

    assert "ab\n" == apply("ab\n", [finding((place, "x")) for place in outside]).text


def test_new_lines_end_as_the_others_do():
    """
    A fix that adds lines to a file of Windows adds lines of Windows.
    """
    insertion = finding((region(2, 1, 2, 1), "for: 5m\n"))

    assert "a\r\nfor: 5m\r\nb\r\n" == apply("a\r\nb\r\n", [insertion]).text
    assert "a\nfor: 5m\nb\r\n" == apply("a\nb\r\n", [insertion]).text


def test_unsafe_fixes_are_asked_for():
    """
    A fix that may change what the telemetry means is not applied by the way.
    """
    safe, unsafe, none = finding((region(1, 1, 1, 1), "x")), finding((region(1, 1, 1, 1), "x"), safe=False), finding()

    assert [safe] == fixable([safe, unsafe, none], unsafe=False)
    assert [safe, unsafe] == fixable([safe, unsafe, none], unsafe=True)


def test_a_fix_of_several_files_is_left_to_people():
    """
    Two files cannot be written at once, whole or not at all.
    """
    one = finding((region(1, 1, 1, 1), "x"))
    edits = (Edit("f.yml", region(1, 1, 1, 1), "x"), Edit("g.yml", region(1, 1, 1, 1), "y"))
    two = Finding("a/b", Severity.ERROR, Confidence.HIGH, "m", one.at, None, Fix("mend both", edits))

    assert {"f.yml": [one]} == by_source([one, two, finding()])


def places(text):
    """Every offset of a text, with its line and column."""
    lines = text.split("\n")
    return [Position(row, column) for row, line in enumerate(lines, 1) for column in range(1, len(line) + 2)]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data(), st.text(st.sampled_from("ab\n é😀"), max_size=20))
def test_applied_fixes_never_overlap(data, text):
    """
    The result is the old text, cut at disjoint places, with the replacements between; what was refused overlaps.
    """
    at, spans, findings = places(text), {}, []
    for number in range(data.draw(st.integers(0, 5))):
        start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
        findings.append(finding((Region(at[start], at[end]), f"<{number}>"), message=str(number)))
        spans[findings[-1]] = (start, end, f"<{number}>")

    fixed = apply(text, findings)

    expected, done = "", 0
    for start, end, replacement in sorted(spans[one] for one in fixed.applied):
        assert done <= start
        expected, done = expected + text[done:start] + replacement, end
    assert expected + text[done:] == fixed.text
    for one in set(findings) - set(fixed.applied):
        start, end, _ = spans[one]
        taken = [spans[other][:2] for other in fixed.applied]
        assert any((start, end) == other or (start < other[1] and other[0] < end) for other in taken)
