"""Suppressions as they are written: in the comments of each format, and nowhere else."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Position, Region, Text
from obsaudit.lint.documents.comments import suppressions_in


def read(text, path="f.yml"):
    return list(suppressions_in(Text.of_file(text, path), path))


def cut(text, region):
    lines = text.split("\n")[region.start.line - 1 : region.end.line]
    lines[-1] = lines[-1][: region.end.column - 1]
    lines[0] = lines[0][region.start.column - 1 :]
    return "\n".join(lines)


def test_all_of_a_suppression_is_read():
    """
    Rules, expiry and reason, and the comment's own place.
    """
    (own,) = read("a: 1 # obsaudit: ignore[x/y, x/z] until 2027-03-31 -- lands with SRE-412 -- soon\n")

    assert (("x/y", "x/z"), date(2027, 3, 31), "lands with SRE-412 -- soon", None) == (
        own.rules,
        own.until,
        own.reason,
        own.problem,
    )
    assert Region(Position(1, 6), Position(1, 81)) == own.at.region
    assert ((1, 1), False) == (own.covers, own.alone)


@pytest.mark.parametrize(
    ("problem", "body"),
    [
        ("it gives no reason", "ignore[a/b]"),
        ("it gives no reason", "ignore[a/b] --"),
        ("it gives no reason", "ignore[a/b] until 2027-03-31"),
        ("it names no rule", "ignore -- because"),
        ("it names no rule", "ignore[] -- because"),
        ("it names no rule", "ignore[ , ] -- because"),
        ("it names no rule", "ignore[a/b -- because"),
        ("`spring` is no date of the form 2027-03-31", "ignore[a/b] until spring -- because"),
        ("`2027-02-30` is no date of the form 2027-03-31", "ignore[a/b] until 2027-02-30 -- because"),
        ("`because` is neither `until DATE` nor a reason after `--`", "ignore[a/b] because"),
        ("`until` is neither `until DATE` nor a reason after `--`", "ignore[a/b] until -- because"),
        ("`disable` is no instruction", "disable[a/b] -- because"),
        ("the instruction is missing", ""),
    ],
)
def test_what_is_written_wrongly_says_how(problem, body):
    """
    A comment that was meant to suppress and does not looks decided: it is named.
    """
    (own,) = read(f"a: 1 # obsaudit: {body}\n")

    assert problem == own.problem


COMMENTS = {
    "f.yml": "# obsaudit: {}",
    "f.py": "# obsaudit: {}",
    "f.promql": "# obsaudit: {}",
    "f.ts": "// obsaudit: {}",
    "f.tsx": "/* obsaudit: {} */",
    "f.js": "//obsaudit:{}",
    "f.md": "<!-- obsaudit: {} -->",
}


@pytest.mark.parametrize(("path", "comment"), COMMENTS.items(), ids=COMMENTS.keys())
@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["lf", "crlf", "end"])
def test_each_format_has_its_comments(path, comment, end):
    """
    The comment's end is no part of the reason, and neither is the line's.
    """
    (own,) = read(comment.format("ignore[a/b] -- because") + end, path)

    assert (("a/b",), "because", None) == (own.rules, own.reason, own.problem)
    assert comment.format("ignore[a/b] -- because").removesuffix("*/").removesuffix("-->").rstrip() == cut(
        comment.format("ignore[a/b] -- because") + end, own.at.region
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("f.json", '{"a": "# obsaudit: ignore[a/b] -- because"}\n'),
        ("f.yml", "// obsaudit: ignore[a/b] -- because\n"),
        ("f.yml", "a: http://x#obsaudit: ignore[a/b] -- because\n"),
        ("f.py", 'a = "# obsaudit: ignore[a/b] -- because"\n'),
        ("f.py", "a = '''\n# obsaudit: ignore[a/b] -- because\n'''\n"),
        ("f.py", 'a = "\\"" " # obsaudit: ignore[a/b] -- because"\n'),
        ("f.ts", "const a = `\n// obsaudit: ignore[a/b] -- because\n`\n"),
        ("f.ts", "const a = ' // obsaudit: ignore[a/b] -- because'\n"),
    ],
)
def test_what_only_looks_like_a_comment_is_none(path, text):
    """
    A marker inside a string is the string's, and JSON has no comments.
    """
    assert [] == read(text, path)


def test_a_comment_behind_strings_is_one():
    """
    Quotes before it, and an apostrophe in a comment above, do not hide it.
    """
    text = "# it's here\na = \"it's\" + 'x#y'  # obsaudit: ignore[a/b] -- because\n"

    assert [(2, 2)] == [own.covers for own in read(text, "f.py")]


@pytest.mark.parametrize(
    ("covered", "text"),
    [
        (2, "{}\nx\n"),
        (4, "{}\n\n  \nx\n"),
        (4, "{}\n# more\n{}\nx\n"),
        (3, "a: 1\n  {}\n  x\n"),
        (1, "{}"),
        (1, "{}\n\n"),
    ],
)
def test_a_comment_alone_covers_what_begins_below_it(covered, text):
    """
    Blank lines and comments between do not matter; with nothing below it covers itself.
    """
    own = read(text.format(*["# obsaudit: ignore[a/b] -- because"] * 2))[0]

    assert ((covered, covered), True) == (own.covers, own.alone)


@pytest.mark.parametrize(
    ("left", "text"),
    [
        ("a: 1\nb: 2\n", "a: 1  {}\nb: 2\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1 {}\r\nb: 2\r\n"),
        ("a: 1", "a: 1 {}"),
        ("a: 1\nb: 2\n", "a: 1\n  {}\nb: 2\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\r\n  {}\r\nb: 2\r\n"),
        ("a: 1\n", "a: 1\n{}\n"),
        ("a: 1\n", "a: 1\n{}"),
        ("", "{}\n"),
        ("\nb: 2\n", "{}\n\nb: 2\n"),
    ],
)
def test_what_goes_when_it_is_deleted(left, text):
    """
    The comment and the blanks before it; the whole line where it is alone, and never the next one.
    """
    whole = text.format("# obsaudit: ignore[a/b] -- because")
    (own,) = read(whole)
    starts = [0]
    for line in whole.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)

    def offset(position):
        return starts[position.line - 1] + position.column - 1

    assert left == whole[: offset(own.extent.start)] + whole[offset(own.extent.end) :]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.from_regex(r"[a-z]+/[a-z]+(-[a-z]+)*", fullmatch=True), min_size=1, max_size=3, unique=True),
    st.none() | st.dates(),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).map(str.strip).filter(bool),
    st.sampled_from(["f.yml", "f.py", "f.ts"]),
)
def test_what_is_written_is_read(rules, until, reason, path):
    """
    Any rules, date and reason come back as they were given.
    """
    dated = f" until {until}" if until else ""
    mark = "//" if path == "f.ts" else "#"
    (own,) = read(f"x {mark} obsaudit: ignore[{', '.join(rules)}]{dated} -- {reason}\n", path)

    if not reason.endswith(("-->", "*/")):
        assert (tuple(rules), until, reason, None) == (own.rules, own.until, own.reason, own.problem)
