"""An edit through any quoting does to the value what it says, and to nothing else."""

import base64
import json

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from obsaudit.lint import Position, Region, Text
from obsaudit.lint.documents.secrets import values_in
from obsaudit.lint.documents.tree import parse_json, parse_yaml

MARKS = {"plain": None, "single": "'", "double": '"', "literal": "|", "folded": ">"}
STYLES = st.sampled_from(["json", *MARKS])
VALUES = st.text(st.sampled_from("ab é😀\"'#:,-{}[]|>\\$%"), min_size=1, max_size=30)
LINES = st.lists(VALUES, min_size=1, max_size=3).map("\n".join)
REPLACEMENTS = st.text(st.sampled_from("xy é\"'#:,-{}[]\\\n\u2028\x7f"), max_size=5)


def spell(value, style, width=20):
    """A document whose `k` is the value, in that style or the one that PyYAML takes where that cannot hold it."""
    if style == "json":
        return json.dumps({"k": value}, ensure_ascii=len(value) % 2 == 0)
    return yaml.dump({"k": value, "l": "z"}, default_style=MARKS[style], allow_unicode=True, width=width)


def loaded(file):
    try:
        return yaml.safe_load(file)
    except yaml.YAMLError:
        return None


def value_in(text, styles):
    """The innermost value, through all documents around it."""
    for style in styles:
        tree = parse_json(text) if style == "json" else parse_yaml(text)[0]
        text = tree.text_at("k")
    return text


def offset(text, position):
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: position.line - 1]) + position.column - 1


def standing(text, region):
    """What an editor shows between two places."""
    return text[offset(text, region.start) : offset(text, region.end)]


@st.composite
def nested(draw):
    """A file, the styles of its documents from the outermost to the innermost, and the value in that."""
    value, styles = draw(LINES), draw(st.lists(STYLES, min_size=1, max_size=3))
    file = value
    for style in reversed(styles):
        inner, file = file, spell(file, style)
        # Some of what PyYAML folds it cannot read again.
        assume(style == "json" or {"k": inner, "l": "z"} == loaded(file))
    return file, styles, value


@st.composite
def slices(draw, value):
    start, end = sorted((draw(st.integers(0, len(value))), draw(st.integers(0, len(value)))))
    return start, end


@settings(max_examples=600, suppress_health_check=[HealthCheck.filter_too_much], deadline=None, derandomize=True)
@given(st.data(), nested(), REPLACEMENTS)
def test_an_edit_changes_what_it_says(data, nested, replacement):
    """
    The file, edited at the place that is named and read again, has the replacement there and is else the same.
    """
    file, styles, value = nested
    text = value_in(Text.of_file(file, "f"), styles)
    start, end = data.draw(slices(value))
    edit = text.edit(start, end, replacement)
    assume(edit is not None and (start < end or replacement))
    changed = file[: offset(file, edit.region.start)] + edit.text + file[offset(file, edit.region.end) :]

    assert value[:start] + replacement + value[end:] == value_in(Text.of_file(changed, "f"), styles).value


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data(), nested())
def test_a_cut_of_a_cut_is_the_cut_of_both(data, nested):
    """
    A part keeps its places, however often it is cut; and what is spelt as itself stands there.
    """
    file, styles, value = nested
    text = value_in(Text.of_file(file, "f"), styles)
    assert value == text.value
    start, end = data.draw(slices(value))
    part = text.cut(start, end)
    first, last = data.draw(slices(part.value))

    assert value[start:end] == part.value
    assert start == end or text.region(start, end) == part.region()
    if first < last:
        assert text.region(start + first, start + last) == part.region(first, last)
    for at in range(start, end):
        shown = standing(file, text.region(at, at + 1))
        assert shown == value[at] or "\\" in shown or "'" in shown or value[at] in " \n" or shown == ""


@pytest.mark.parametrize("style", ["json", *MARKS])
@pytest.mark.parametrize("outer", [None, "json", *MARKS])
def test_a_word_is_replaced_through_any_quoting(style, outer):
    """
    What is refused beside line breaks and signs is not refused for a word in the middle.
    """
    value = "rate(http_requests_total[5m]) > 0 and up == 1"
    file, styles = spell(value, style, 200), [style]
    if outer is not None:
        file, styles = spell(file, outer, 200), [outer, style]
    text = value_in(Text.of_file(file, "f"), styles)
    edit = text.edit(5, 24, "errors_total")

    assert value[5:24] == standing(file, text.region(5, 24))
    assert "errors_total" == edit.text
    assert edit.region == text.region(5, 24)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data(), LINES, st.sampled_from([[], ["json"], ["literal"], ["double", "literal"]]), REPLACEMENTS)
def test_base64_is_shown_as_a_whole_and_never_edited(data, value, styles, replacement):
    """
    What it holds stands nowhere: all of it is where the encoded value begins.
    """
    file = value
    for style in reversed(styles):
        file = spell(file, style)
    secret = f"kind: Secret\ndata:\n  a.yaml: {base64.b64encode(file.encode()).decode()}\n"
    ((_, text),) = values_in(parse_yaml(Text.of_file(secret, "f"))[0])
    text = value_in(text, styles)
    start, end = data.draw(slices(value))

    assert value == text.value
    assert Region(Position(3, 11), Position(3, 11)) == text.region(start, end)
    assert text.edit(start, end, replacement) is None
