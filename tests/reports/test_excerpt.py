"""Marks stand under exactly what a region covers."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from obsaudit.lint import Position, Region, Text
from obsaudit.reports.excerpt import Frame, excerpt


def rows(text, start, end, room=60, mark="^"):
    """An excerpt as it is printed, a string a row."""
    region = Region(Position(*start), Position(*end))
    return [f"{row.gutter:>2} | {row.margin}{row.text}" for row in excerpt(text.split("\n"), region, Frame(room, mark))]


def around(text, part, room=60):
    """The excerpt for the first `part` of a text."""
    offset = text.index(part)
    region = Text.of_file(text, "a.yml").region(offset, offset + len(part))
    return rows(text, (region.start.line, region.start.column), (region.end.line, region.end.column), room)


@pytest.mark.parametrize(
    ("line", "marks", "text", "part"),
    [
        ("expr: up", "      ^^", "expr: up", "up"),
        ("    a    b", "         ^", "\ta\tb", "b"),
        ("    漢字: x", "    ^^^^", "\t漢字: x", "漢字"),
        ("漢字: x", "      ^", "漢字: x", "x"),
        ("e\u0301e\u0301: x", "    ^", "e\u0301e\u0301: x", "x"),
        ("🚀: x", "    ^", "🚀: x", "x"),
        (r"\x1b[1mx", "       ^", "\x1b[1mx", "x"),
        (r"\u202ex", "^^^^^^", "\u202ex", "\u202e"),
        (r"\udc80x", "      ^", "\udc80x", "x"),
        ("expr: up", "      ^^", "expr: up\r\nfor: 5m", "up"),
    ],
)
def test_marks_are_aligned(line, marks, text, part):
    """Tabs, wide, combining and unprintable characters take the room that they are printed with."""
    assert [f" 1 | {line}", f"   | {marks}"] == around(text, part)


def test_a_combining_character_alone_is_marked():
    """What has no width of its own still gets a mark."""
    assert " ^" == rows("e\u0301x", (1, 2), (1, 3))[1].removeprefix("   | ")


def test_an_empty_region_is_a_point():
    """Where something is missing, one mark says so; at the end of the line, too."""
    assert ["12 | a: b", "   |     ^"] == rows("\n" * 11 + "a: b", (12, 5), (12, 5))


def test_a_long_line_is_trimmed_on_both_sides():
    """The region stays, with as much around it as there is room for."""
    text = "a" * 1000 + "CULPRIT" + "b" * 1000

    assert [" 1 | ...aaaaaaaaaaaaaCULPRITbbbbbbbbbbbbbb...", "   |                 ^^^^^^^"] == around(
        text, "CULPRIT", 40
    )


def test_a_long_line_is_trimmed_on_the_right_only():
    """A region at the start of a line keeps it."""
    assert [" 1 | CULPRIT" + "b" * 30 + "...", "   | ^^^^^^^"] == around("CULPRIT" + "b" * 1000, "CULPRIT", 40)


def test_a_long_line_is_trimmed_on_the_left_only():
    """A region at the end of a line keeps it."""
    assert [" 1 | ..." + "a" * 30 + "CULPRIT", "   | " + " " * 33 + "^^^^^^^"] == around(
        "a" * 999 + "CULPRIT", "CULPRIT", 40
    )


def test_a_region_wider_than_the_room_is_cut():
    """Of a region that does not fit, the beginning is shown."""
    line, marks = around("a" * 50 + "x" * 500 + "b" * 50, "x" * 500, 40)

    assert " 1 | ...aaa" + "x" * 31 + "..." == line
    assert "   |       " + "^" * 34 == marks


def test_a_minified_file_is_not_laid_out():
    """Rows never exceed the room, whatever stands on a line of megabytes."""
    text = "漢\t" * 500_000 + "CULPRIT" + "\x1b" * 500_000

    assert 80 >= max(len(row) for row in around(text, "CULPRIT", 60))


def test_a_few_lines_are_shown_whole():
    """A bracket ties the first line to the last covered character."""
    text = "expr: |\n  a\n  + bc # why"

    assert [
        " 1 |   expr: |",
        "   |  _______^",
        " 2 | |   a",
        " 3 | |   + bc # why",
        "   | |______^",
    ] == rows(text, (1, 7), (3, 7))


def test_lines_covered_from_their_first_character_on():
    """Where only blanks stand before the region, the bracket needs no row of its own to begin."""
    assert [" 1 | /   a: 1", " 2 | |   b: 2", "   | |______^"] == rows("  a: 1\n  b: 2", (1, 3), (2, 7))


def test_the_middle_of_many_lines_is_left_out():
    """The first and last lines tell where a long region begins and ends."""
    text = "\n".join(f"line {number}" for number in range(1, 13))

    assert [
        " 1 | / line 1",
        " 2 | | line 2",
        " 3 | | line 3",
        "   | | ...",
        "11 | | line 11",
        "12 | | line 12",
        "   | |_______^",
    ] == rows(text, (1, 1), (12, 8))


def test_a_region_ends_with_its_line_break():
    """A region up to the start of the next line covers one line, not two."""
    assert [" 1 | a: 1", "   | ^^^^"] == rows("a: 1\nb: 2", (1, 1), (2, 1))


@pytest.mark.parametrize(("start", "end"), [((0, 1), (0, 2)), ((2, 1), (3, 1)), ((1, 1), (9, 9))])
def test_a_region_outside_the_text_shows_nothing(start, end):
    """A file that changed since it was read is no reason to crash."""
    assert [] == rows("only", start, end)


def test_a_column_outside_the_line_is_marked_at_its_end():
    """A column beyond the line points at its end."""
    assert [" 1 | only", "   |     ^"] == rows("only", (1, 40), (1, 44))


ANYTHING = st.text(st.one_of(st.characters(), st.sampled_from("\n\t\r\x1b漢e\u0301👩\u200d")), max_size=300)


@given(ANYTHING, st.integers(0, 300), st.integers(0, 300), st.integers(20, 80))
def test_any_region_of_any_text_fits(text, one, other, room):
    """Whatever a file holds, its rows fit, can be printed, and end in marks."""
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = excerpt(text.split("\n"), Text.of_file(text, "a.yml").region(start, end), Frame(room))

    assert found[-1].mark
    assert found[-1].text.endswith("^")
    assert all(cell_len(row.margin + row.text) <= room + 1 for row in found)
    assert not {"Cc", "Cs"} & {category(char) for row in found for char in row.text}
