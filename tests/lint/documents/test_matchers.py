"""Label matchers, against what Alertmanager reads."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents.matchers import BadMatcherError, parse_matchers


def read(text):
    return [
        (one.label.value, str(one.op), one.value.value)
        for one in parse_matchers(Text.of_file(text, "alertmanager.yml"))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('severity="critical"', [("severity", "=", "critical")]),
        (" severity =~ a|b ", [("severity", "=~", "a|b")]),
        ('{a="x,y", b!~"z",}', [("a", "=", "x,y"), ("b", "!~", "z")]),
        ("a=b c", [("a", "=", "b c")]),
        ("a=", [("a", "=", "")]),
        ("a==b", [("a", "=", "=b")]),
        (r'a="x\"y\\z\d"', [("a", "=", r'x"y\z\d')]),
        ("a=b}", [("a", "=", "b")]),
        ("a={b}", [("a", "=", "{b")]),
        ("{a=b}}", [("a", "=", "b}")]),
        ('"foo.bar"="x"', [("foo.bar", "=", "x")]),
        ("Προμηθεύς=~x", [("Προμηθεύς", "=~", "x")]),
        ("", []),
        ("{}", []),
    ],
)
def test_a_matcher_is_read_as_alertmanager_reads_it(text, expected):
    """
    Quotes, braces and commas mean what they mean to Alertmanager, even where nobody would have thought so.
    """
    assert expected == read(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [("a", "a"), ('a="b"c', '"b"c'), ('a=b"c', 'b"c'), ("a=b,,c=d", ""), (",", ""), ('a="', '"')],
)
def test_what_is_no_matcher_is_refused_where_it_goes_wrong(text, at):
    """
    The problem points at the part that Alertmanager complains of.
    """
    with pytest.raises(BadMatcherError) as caught:
        read(text)

    assert at == text[caught.value.start : caught.value.end]


def test_places_lead_into_the_quotes():
    """
    A value's region is what stands between the quotes, escapes and all.
    """
    (matcher,) = parse_matchers(Text.of_file(r'a = "x\\y"', "alertmanager.yml"))

    region = matcher.value.region()
    assert (6, 10) == (region.start.column, region.end.column)
