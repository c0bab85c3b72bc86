"""Texts that know where their characters stand."""

from obsaudit.lint import Edit, Position, Region, Text
from obsaudit.lint.region import Piece, Run


def region(line, column, end_line, end_column):
    return Region(Position(line, column), Position(end_line, end_column))


def test_a_file_maps_offsets_to_lines_and_columns():
    """
    Columns count code points and lines end at a line feed.
    """
    text = Text.of_file("één\nzwei\n", "f.yml")

    assert Position(1, 1) == text.position(0)
    assert Position(2, 3) == text.position(6)
    assert region(1, 2, 1, 4) == text.region(1, 3)
    assert region(2, 1, 2, 5) == text.region(4, 8)


def test_the_end_of_a_text_is_where_its_last_character_ends():
    """
    An empty slice is an empty region, at the end too.
    """
    text = Text.of_file("ab\n", "f.yml")

    assert region(1, 1, 1, 1) == text.region(0, 0)
    assert region(1, 1, 1, 3) == text.region(0, 2)
    assert Position(1, 3) == text.position(3)


def test_an_inner_text_keeps_the_places_of_the_outer_one():
    """
    A cut of a cut still points into the file.
    """
    text = Text.of_file("one\ntwo three\n", "f.yml").cut(4, 13).cut(4, 9)

    assert "three" == text.value
    assert region(2, 5, 2, 10) == text.region()


def test_an_escape_takes_as_many_columns_as_it_is_spelt_with():
    """
    `\\"` is one character of the value and two of the file.
    """
    outer = Text.of_file(r'"a\"b"', "f.json")
    text = outer.inner('a"b', [Piece(0, 1, 1, 1), Piece(1, 2, 1, 2), Piece(2, 4, 1, 1)], "double")

    assert region(1, 3, 1, 5) == text.region(1, 2)
    assert region(1, 5, 1, 6) == text.region(2, 3)


def test_an_edit_is_spelt_as_its_quoting_asks():
    """
    A quote inside quotes is escaped; what a plain scalar cannot hold is refused.
    """
    outer = Text.of_file("abc", "f.yml")
    single = outer.inner("abc", [Piece(0, 0, 3, 1)], "single")
    double = outer.inner("abc", [Piece(0, 0, 3, 1)], "double")
    plain = outer.inner("abc", [Piece(0, 0, 3, 1)], "plain")

    assert Edit("f.yml", region(1, 2, 1, 3), "it''s") == single.edit(1, 2, "it's")
    assert Edit("f.yml", region(1, 2, 1, 3), r"say \"x\"") == double.edit(1, 2, 'say "x"')
    assert plain.edit(1, 2, "a: b") is None
    assert plain.edit(1, 2, "a # b") is None
    assert single.edit(1, 2, "two\nlines") is None


def test_a_plain_scalar_minds_signs_at_its_ends_only():
    """
    A quote, a bracket or a dash begins something else only where the scalar begins; blanks are lost only at an end.
    """
    plain = Text.of_file('up{job="a"} == 0\n', "f.yml").inner('up{job="a"} == 0', [Piece(0, 0, 16, 1)], "plain")

    assert '"b"' == plain.edit(7, 10, '"b"').text
    assert "- 1 " == plain.edit(12, 13, "- 1 ").text
    assert plain.edit(0, 2, '"b"') is None
    assert plain.edit(0, 2, "- 1") is None
    assert plain.edit(0, 3, "") is not None
    assert plain.edit(0, 7, "") is None
    assert plain.edit(15, 16, "") is None


def test_an_edit_passes_through_every_quoting_around_it():
    """
    A single-quoted scalar inside a JSON string is escaped for both, innermost first.
    """
    outer = Text.of_file("abc", "f.json")
    json = outer.inner("abc", [Piece(0, 0, 3, 1)], "json")
    nested = json.inner("abc", [Piece(0, 0, 3, 1)], "single")

    assert Edit("f.json", region(1, 1, 1, 2), "''\\\"") == nested.edit(0, 1, "'\"")


def test_an_empty_cut_at_the_end_stands_at_the_end():
    """
    Nothing, behind everything, still has a place: the empty value of `severity=`.
    """
    assert region(1, 4, 1, 4) == Text.of_file("abc", "f.yml").cut(3, 3).region()


def test_the_places_of_a_text_take_sixteen_bytes_a_run():
    """
    A text of one line is one run; as many runs as lines come back as they were given.
    """
    text = Text.of_file("one\ntwo three\n", "f.yml")
    runs = (Run(0, 1, 1, 1), Run(4, 2, 1, 1), Run(14, 3, 1, 1))

    assert runs == text.runs
    assert text == Text.of("one\ntwo three\n", "f.yml", runs)
    assert (48, 16) == (len(text.packed), len(text.cut(4, 7).packed))
    assert (Run(0, 2, 1, 1),) == text.cut(4, 7).runs


def test_a_text_without_a_place_stands_at_the_beginning_of_its_file():
    """
    What no character of the file spells has to be somewhere.
    """
    assert (Run(0, 1, 1, 1),) == Text.of("", "f.yml", ()).runs
    assert Position(1, 1) == Text.of("", "f.yml", ()).position(0)


def test_equal_words_are_one_string():
    """
    A large project says `severity` a hundred thousand times; long texts are hardly ever said twice.
    """
    text = Text.of_file("severity, severity, " + "x" * 65 + "x" * 65, "f.yml")

    assert text.cut(0, 8).value is text.cut(10, 18).value
    assert text.cut(20, 85).value is not text.cut(85, 150).value
