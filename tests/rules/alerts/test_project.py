"""What an expression computes, whatever its spelling; and who reads which metric."""

import pytest

from obsaudit.lint import Location, Text, promql
from obsaudit.lint.nodes import Query, Role
from obsaudit.rules.alerts._project import Reads, shape


def query(text):
    """A query of a panel."""
    spelt = Text.of_file(text, "panel.json")
    return Query(at=Location("panel.json", None, spelt.region()), lines=(1, 1), text=spelt, role=Role.PANEL)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("foo > 1", "((foo)) > (1)", True),
        ("foo{a='1', b='2'}", 'foo{b="2",a="1"}', True),
        ("sum by (a, b) (foo)", "sum(foo) by (b, a)", True),
        ("rate(foo[5m])", "rate(foo[300s])", True),
        ("foo > 1", "foo > 2", False),
        ("foo / bar", "bar / foo", False),
        ("foo", "foo offset 5m", False),
    ],
)
def test_a_shape_is_what_is_computed(one, other, same):
    """
    Spacing, parentheses and the order of labels change nothing; everything else does.
    """
    assert same is (shape(promql.parse(one).expr) == shape(promql.parse(other).expr))


def test_reads_go_by_name_pattern_and_word():
    """
    A metric is read by its name, by a pattern for names, or by a word of a query that cannot be judged.
    """
    reads = Reads([query("rate(a:b[5m])"), query('{__name__=~"c:.*"}'), query("sum(d:e{{ .filter }})"), query("f(")])

    assert ["a:b", "c:x", "d:e", "f"] == [name for name in ("a:b", "c:x", "d:e", "f", "g") if name in reads]
