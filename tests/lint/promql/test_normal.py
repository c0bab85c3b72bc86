"""When two spellings are one query."""

import pytest

from obsaudit.lint import promql

SAME = (
    ("sum(rate(x[5m])) by (job)", "sum by (job) (rate(x[300s]))"),
    ("up{job='api',env=\"prod\"}  == 0", 'up{env="prod", job="api"} == 0'),
    ("(a) / (b)", "a / b"),
    ("sum by () (x)", "sum(x)"),
    ("a and on (job, env) b", "a and on (env, job) b"),
    ("x > 1e3", "x > 1000"),
)
OTHER = (
    ("rate(x[5m])", "rate(x[10m])"),
    ("rate(x[5m])", "irate(x[5m])"),
    ('up{job="api"}', 'up{job=~"api"}'),
    ("a - b", "b - a"),
    ("sum by (job) (x)", "sum without (job) (x)"),
    ("x > 1", "x > bool 1"),
    ("x offset 5m", "x"),
    ("(a - b) - c", "a - (b - c)"),
)


def normal(text: str) -> object:
    return promql.normal(promql.parse(text).expr)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_query_have_one_form(one: str, other: str):
    """
    Layout, order and parentheses that make no difference are gone.
    """
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_queries_have_other_forms(one: str, other: str):
    """
    What changes the result changes the form.
    """
    assert normal(one) != normal(other)
