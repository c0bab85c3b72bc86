"""YAML and JSON: each character of a decoded scalar, and where it stands in the file."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Text
from obsaudit.lint.documents.tree import MalformedError, parse_json, parse_yaml

WORD = re.compile(r"\w+")


def scalars(text, parse=parse_yaml):
    trees = parse(Text.of_file(text, "f.yml"))
    for tree in trees if isinstance(trees, list) else [trees]:
        for value in tree.walk():
            if value.text is not None:
                yield value.text


def cut(text, region):
    """What an editor shows between two places."""
    lines = text.split("\n")[region.start.line - 1 : region.end.line]
    lines[-1] = lines[-1][: region.end.column - 1]
    lines[0] = lines[0][region.start.column - 1 :]
    return "\n".join(lines)


def misplaced(text, parse=parse_yaml):
    """The words of all scalars whose region is not that word in the file."""
    return [
        match[0]
        for scalar in scalars(text, parse)
        for match in WORD.finditer(scalar.value)
        if cut(text, scalar.region(match.start(), match.end())) != match[0]
    ]


STYLES = {
    "plain": "a: rate(x[5m]) > 0\n",
    "plain over lines": "a: one two\n  three\n\n  four\n",
    "single": "a: 'it''s here'\n",
    "double": 'a: "say \\"this\\" and that"\n',
    "double over lines": 'a: "one\n  two \\\n  three"\n',
    "literal": "a: |\n  one\n    two\n  three\n",
    "literal, stripped": "a: |-\n  one\n  two\n",
    "literal, kept": "a: |+\n  one\n\nb: two\n",
    "literal, explicit indentation": "a: |2\n    one\n   two\n",
    "folded": "a: >\n  one two\n  three\n\n  four\n    five\n  six\n",
    "folded, stripped": "a: >-\n\n  one\n  two\n",
    "flow": 'a: [one, "two three", {four: five}]\n',
    "tag and anchor": "a: &x !!str one\nb: !t\n  two\n",
    "carriage returns": "a: |\r\n  one\r\n  two\r\nb: >\r\n  three\r\n  four\r\n",
    "other scripts": "a: 'número über'\nb: \"日本 café\"\n",
    "documents": "---\na: one\n---\nb: two\n",
}


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_every_word_of_a_scalar_is_found_where_it_stands(text):
    """
    Whatever the style, the region of a word in the value is that word in the file.
    """
    assert [] == misplaced(text)
    assert any(WORD.search(scalar.value) for scalar in scalars(text))


def test_json_escapes_are_one_character_of_the_value():
    """
    A surrogate pair is one character; a lone surrogate becomes the replacement character; tabs are allowed.
    """
    text = '{"a": "x\\ud83d\\ude00 y",\n\t"b": ["\\ud83d z", null, true, 1.5]}'

    assert ["a", "x😀 y", "b", "� z"] == [s.value for s in _all(text) if not re.fullmatch(r"null|true|1.5", s.value)]
    assert [] == misplaced(text, parse_json)


def _all(text):
    """Keys and values in the order of the text."""
    root = parse_json(Text.of_file(text, "f.json"))
    for key, value in root.entries():
        yield key.text
        yield from ([value.text] if value.text else [element.text for element in value.elements()])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("ab é\"'#:{}[]|>\\$%"), min_size=1, max_size=12), min_size=1, max_size=4),
    st.sampled_from(["plain", "single", "double", "literal", "folded"]),
)
def test_what_pyyaml_writes_is_mapped_whole(values, style):
    """
    Every character that is neither folded nor escaped stands at the place that its region names.
    """
    import yaml

    mark = {"plain": None, "single": "'", "double": '"', "literal": "|", "folded": ">"}[style]
    text = yaml.dump(
        {f"k{i}": value for i, value in enumerate(values)}, default_style=mark, allow_unicode=True, width=20
    )
    for scalar in scalars(text):
        for offset, character in enumerate(scalar.value):
            spelt = cut(text, scalar.region(offset, offset + 1))
            assert spelt == character or spelt.startswith(("\\", "'")) or character in " \n" or spelt == ""


@pytest.mark.parametrize(
    ("text", "problem", "offset"),
    [
        ("a:\n\t- b\n", "found character that cannot start any token", 3),
        ("a: *x\n", "found undefined alias", 3),
        ('a: "b\n', "found unexpected end of stream", 6),
        ("a: b: c\n", "mapping values are not allowed in this context", 4),
        ("a: \ud800", "a surrogate that no character has", 3),
        ("[" * 400 + "]" * 400, "nested too deeply", 200),
    ],
)
def test_what_is_no_yaml_says_where(text, problem, offset):
    """
    The offset of a problem is that of the culprit.
    """
    with pytest.raises(MalformedError) as raised:
        parse_yaml(Text.of_file(text, "f.yml"))

    assert (problem, offset) == (raised.value.problem, raised.value.offset)


def test_an_alias_bomb_is_walked_once_an_anchor():
    """
    Nine levels of nine aliases each are a billion values and ten anchors.
    """
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    (tree,) = parse_yaml(Text.of_file("\n".join(lines), "bomb.yml"))

    assert 1 + 10 + 9 == sum(1 for _ in tree.walk())


def test_merged_keys_stand_behind_own_ones():
    """
    `<<` brings the keys of its anchor, and an own key wins.
    """
    (tree,) = parse_yaml(Text.of_file("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\n", "f.yml"))
    own = tree.get("own")

    assert {"y": "3", "x": "1"} == {key.scalar: value.scalar for key, value in own.entries()}
    assert "1" == own.get("x").scalar


def test_a_key_given_twice_is_told():
    """
    YAML allows it in practice, Prometheus does not: both places are known.
    """
    (tree,) = parse_yaml(Text.of_file("a: 1\nb: 2\na: 3\n", "f.yml"))

    ((later, first),) = tree.duplicates()
    assert (3, 1) == (later.region().start.line, first.region().start.line)


def test_the_lines_of_a_value_leave_out_what_follows_it():
    """
    Comments and blank lines below a mapping belong to what comes next.
    """
    (tree,) = parse_yaml(Text.of_file("- a: 1\n  b: 2\n\n# about c\n- c: 3\n", "f.yml"))

    assert [(1, 2), (5, 5)] == [element.lines for element in tree.elements()]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000 + "x",
        "? " * 100_000,
        "\n".join(" " * depth + "a:" for depth in range(3000)),
    ],
    ids=["sequences", "mappings", "compact sequences", "keys", "indentation"],
)
def test_what_is_nested_too_deeply_ends_the_file_and_not_the_process(text):
    """
    The parser recurses in C, and would take the whole process with it.
    """
    with pytest.raises(MalformedError, match="nested too deeply"):
        parse_yaml(Text.of_file(text, "deep.yml"))


def test_a_bomb_of_merges_is_merged_once_an_anchor():
    """
    Each anchor merges the one before nine times: a billion keys, of which ten are different.
    """
    lines = ["a0: &a0 {x: 0, k0: 0}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: {n}, x: {n}}}" for n in range(1, 10)]
    (tree,) = parse_yaml(Text.of_file("\n".join(lines), "bomb.yml"))

    last = [(key.scalar, value.scalar) for key, value in tree.get("a9").entries()]
    assert [("k9", "9"), ("x", "9"), *((f"k{n}", f"{n}") for n in range(8, -1, -1))] == last


def test_a_mapping_that_merges_itself_ends():
    """
    YAML allows the circle; its keys are its own.
    """
    (tree,) = parse_yaml(Text.of_file("&a {<<: [*a, *a], b: 1}", "f.yml"))

    assert ["b"] == [key.scalar for key, _ in tree.entries()]
    assert tree.get("c") is None


def test_of_several_merged_mappings_the_first_wins():
    """
    As YAML's merge says: earlier ones override later ones, and each key is there once.
    """
    (tree,) = parse_yaml(Text.of_file("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b]}\n", "f.yml"))

    assert [("x", "1"), ("y", "2")] == [(key.scalar, value.scalar) for key, value in tree.get("c").entries()]


def test_a_mapping_that_merges_what_is_no_mapping_has_its_own_keys():
    """
    `<<: 1` merges nothing.
    """
    (tree,) = parse_yaml(Text.of_file("{<<: [1, [x]], a: 2}", "f.yml"))

    assert [("a", "2")] == [(key.scalar, value.scalar) for key, value in tree.entries()]


@pytest.mark.parametrize("text", ['"\\n{}b"', "'''{}b'", "a\n b{}c"], ids=["double", "single", "plain"])
def test_many_blanks_are_looked_at_once(text):
    """
    A scalar with a hundred thousand blanks took a minute.
    """
    spelt = text.format(" " * 100_000)
    (scalar,) = scalars(spelt)

    assert [] == misplaced(spelt)
    assert 100_000 == scalar.value.count(" ") - spelt.startswith("a")


def test_many_comments_below_a_value_belong_to_none():
    """
    However many there are, the value ends where its text does.
    """
    (tree,) = parse_yaml(Text.of_file("- a: 1\n" + "  # about b\n\n" * 20_000 + "- b: 2\n", "f.yml"))

    assert [(1, 1), (40_002, 40_002)] == [element.lines for element in tree.elements()]


def test_a_value_that_looks_like_a_comment_is_one():
    """
    What begins a value ends it, too, whatever its first character.
    """
    (tree,) = parse_yaml(Text.of_file("a: '#x'\nb: |\n  # c\n", "f.yml"))

    assert [(1, 1), (2, 3)] == [value.lines for _, value in tree.entries()]
