"""When an expression returns samples, and which values it can have."""

import json
import math
from pathlib import Path

import pytest

from obsaudit.lint import promql
from obsaudit.rules.alerts._condition import Outcome, branches, judge
from obsaudit.rules.alerts._interval import Interval, interval
from obsaudit.rules.alerts._window import is_steady

CORPUS = Path(__file__).parents[4] / "shared/corpora/promql-parse-good.jsonl"


def tree(text):
    """The tree of an expression that must parse."""
    expr = promql.parse(text).expr
    assert expr is not None, text
    return expr


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("foo > 1", Outcome.CONDITION),
        ("foo > bar", Outcome.CONDITION),
        ("count(foo == 0)", Outcome.CONDITION),
        ("sum by (job) (foo > 1) / 2", Outcome.CONDITION),
        ("max_over_time((foo > 1)[5m:])", Outcome.CONDITION),
        ("foo and bar", Outcome.CONDITION),
        ("foo unless bar", Outcome.CONDITION),
        ("foo and vector(1)", Outcome.CONDITION),
        ("absent(foo)", Outcome.CONDITION),
        ("ALERTS{severity='info'}", Outcome.CONDITION),
        ("(foo or vector(0)) > 1", Outcome.CONDITION),
        ("(foo > bool 1) + (bar > bool 1) > 1", Outcome.CONDITION),
        ("sum(foo > 1 or bar > 1)", Outcome.CONDITION),
        ("foo", Outcome.BARE),
        ("rate(foo[5m])", Outcome.BARE),
        ("foo / bar", Outcome.BARE),
        ("topk(3, foo)", Outcome.BARE),
        ("label_replace(foo, 'a', 'b', '', '')", Outcome.BARE),
        ("sum(foo > 1 or bar)", Outcome.BARE),
        ("foo and on () vector(1)", Outcome.BARE),
        ("foo > bool 1", Outcome.BOOL),
        ("1 > bool 2", Outcome.BOOL),
        ("sum(foo > bool 1)", Outcome.BOOL),
        ("count(foo) > 0", Outcome.TRUE),
        ("up >= 0", Outcome.TRUE),
        ("vector(1)", Outcome.CONSTANT),
        ("time()", Outcome.CONSTANT),
        ("hour()", Outcome.CONSTANT),
        ("42", Outcome.CONSTANT),
        ("count(foo) < 1", Outcome.NEVER),
        ("up > 1", Outcome.NEVER),
        ("rate(foo[5m]) < 0", Outcome.NEVER),
        ("vector(1) > 2", Outcome.NEVER),
        ("foo > 5 < 5", Outcome.NEVER),
        ("(foo > 5) == 5", Outcome.NEVER),
        ("foo and bar > 5 < 3", Outcome.NEVER),
        ("foo unless on () vector(1)", Outcome.NEVER),
        ("absent(vector(1))", Outcome.NEVER),
        ("100 * sum(rate(foo{a='1'}[5m])) / sum(rate(foo[5m])) > 120", Outcome.NEVER),
        ("1 - sum(rate(foo{a='1'}[5m])) / sum(rate(foo[5m])) > 1", Outcome.NEVER),
    ],
)
def test_an_expression_is_judged_by_what_it_asks_for(text, outcome):
    """
    A condition anywhere inside is one, unless no value or every value meets it.
    """
    assert outcome is judge(tree(text)).outcome


@pytest.mark.parametrize(
    "text",
    [
        "sum(rate(foo{a='1'}[5m])) / sum(rate(foo[10m])) > 1.2",
        "sum(rate(foo{a='1'}[5m])) / sum(rate(foo{b='2'}[5m])) > 1.2",
        "sum(rate(foo{a='1'}[5m])) / sum(rate(bar[5m])) > 1.2",
        "sum by (a) (rate(foo{a='1'}[5m])) / sum(rate(foo[5m])) > 1.2",
        "foo != 5",
        "rate(foo[5m]) >= 0",
        "foo > 5 > 6",
        "deriv(foo[5m]) < 0",
        "clamp_min(foo, 3) <= 3",
        "hour() > 8",
        "foo * -1 < 0",
    ],
)
def test_what_may_hold_is_a_condition(text):
    """
    A part of another whole, a value that may be no number, a bound that is met: nothing is decided.
    """
    assert Outcome.CONDITION is judge(tree(text)).outcome


def test_each_side_of_or_is_a_branch():
    """
    The sides of `or` at the top are branches, in their order; those below another operator are not.
    """
    expr = tree("(a > 1 or b) or (c or d) > 2")

    assert [Outcome.CONDITION, Outcome.BARE, Outcome.CONDITION] == [judge(side).outcome for side in branches(expr)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2 * up", 0, 2),
        ("1 - up", 0, 1),
        ("-up", -1, 0),
        ("up / 4", 0, 0.25),
        ("clamp(foo, 2, 3)", 2, 3),
        ("max by (a) (up)", 0, 1),
        ("sum(up)", 0, math.inf),
        ("foo", -math.inf, math.inf),
        ("foo >= 3", 3, math.inf),
        ("3 >= foo", -math.inf, 3),
        ("up or vector(5)", 0, 5),
        ("foo > bool 3", 0, 1),
        ("foo ^ 2", -math.inf, math.inf),
    ],
)
def test_bounds_follow_the_operators(text, low, high):
    """
    Bounds go through arithmetic, aggregations and comparisons, and are lost where nothing is known.
    """
    found = interval(tree(text))

    assert (low, high) == (found.low, found.high)


def test_a_bound_by_name_is_assumed():
    """
    That a ratio of errors ends at 1 is known from its name only.
    """
    assert Interval(0, 1, assumed=True) == interval(tree("job:errors:ratio_rate5m"))


@pytest.mark.parametrize(
    ("text", "steady"),
    [
        ("max_over_time(foo[15m]) > 1", True),
        ("rate(foo[5m]) > 1", False),
        ("rate(foo[5m]) > 0", True),
        ("increase(foo[1m]) > 3", True),
        ("time() - foo_timestamp_seconds > 3600", True),
        ("cert_expiry_seconds < 86400", True),
        ("foo > 1 and rate(bar[30m]) > 1", True),
        ("foo > 1 or rate(bar[30m]) > 1", False),
        ("rate(foo[30m]) > 1 unless bar", True),
        ("a:b:ratio_rate1h > 0.1", True),
        ("a:b:ratio_rate5m > 0.1", False),
        ("count(ALERTS == 1) > 3", True),
        ("foo", False),
    ],
)
def test_some_conditions_need_no_wait(text, steady):
    """
    A long window, events, ages and alerts do not fire on one odd sample; one side of an `and` is enough.
    """
    assert steady is is_steady(tree(text), 600)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of expressions is not here")
def test_every_good_expression_is_judged():
    """
    Whatever parses has a verdict and bounds, and none of Prometheus' own expressions is called impossible.
    """
    texts = [next(iter(json.loads(line).values())) for line in CORPUS.read_text().splitlines()]
    trees = [expr for text in texts if (expr := promql.parse(str(text)).expr) is not None]
    outcomes = [judge(side).outcome for expr in trees for side in branches(expr)]

    assert len(trees) > 150
    assert Outcome.NEVER not in outcomes
    assert all(not math.isnan(interval(expr).low) for expr in trees)
