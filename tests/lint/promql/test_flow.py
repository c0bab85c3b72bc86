"""Label flow: which labels a result can carry, whether it always comes, and what it depends on."""

import pytest

from obsaudit.lint import promql
from obsaudit.lint.promql import Presence, Recorded

GONE, MAYBE, SURE = Presence.IMPOSSIBLE, Presence.POSSIBLE, Presence.GUARANTEED


def branches(text, recordings=None):
    expr = promql.parse(text).expr
    assert expr is not None, text
    return promql.flow(expr, recordings)


@pytest.mark.parametrize(
    ("expected", "label", "text"),
    [
        (SURE, "job", 'up{job="api"}'),
        (SURE, "job", 'up{job=~"a|b"}'),
        (SURE, "job", 'up{job!=""}'),
        (MAYBE, "job", 'up{job!="a"}'),
        (MAYBE, "job", 'up{job=~"a|"}'),
        (GONE, "job", 'up{job=""}'),
        (MAYBE, "job", 'up{job="$job"}'),
        (MAYBE, "job", "up"),
        (SURE, "__name__", "up"),
        (GONE, "__name__", "rate(up[5m])"),
        (SURE, "__name__", "last_over_time(up[5m])"),
        (GONE, "__name__", "-up"),
        (GONE, "__name__", "up + 1"),
        (SURE, "__name__", "up > 1"),
        (GONE, "__name__", "up > bool 1"),
        (MAYBE, "job", "sum by (job) (up)"),
        (GONE, "pod", "sum by (job) (up)"),
        (GONE, "job", "sum(up)"),
        (GONE, "job", "sum without (job) (up)"),
        (MAYBE, "pod", "sum without (job) (up)"),
        (MAYBE, "pod", "sum by ($group) (up)"),
        (MAYBE, "pod", "topk(5, up)"),
        (SURE, "__name__", "limitk(5, up)"),
        (MAYBE, "pod", "limit_ratio(0.5, up)"),
        (SURE, "version", 'count_values("version", build_info)'),
        (GONE, "pod", 'count_values("version", build_info)'),
        (GONE, "le", "histogram_quantile(0.9, sum by (le, job) (rate(x_bucket[5m])))"),
        (MAYBE, "job", "histogram_quantile(0.9, sum by (le, job) (rate(x_bucket[5m])))"),
        (SURE, "job", 'absent(up{job="api", pod=~"x.*"})'),
        (GONE, "pod", 'absent(up{job="api", pod=~"x.*"})'),
        (GONE, "job", 'absent(up{job="a", job="b"})'),
        (GONE, "job", "absent(sum by (job) (up))"),
        (GONE, "job", "vector(1)"),
        (GONE, "job", "time()"),
        (MAYBE, "dst", 'label_replace(up, "dst", "$1", "src", "(a.*)")'),
        (SURE, "dst", 'label_replace(up, "dst", "x", "", "")'),
        (GONE, "dst", 'label_replace(up, "dst", "", "src", ".*")'),
        (SURE, "dst", 'label_replace(up{src="1"}, "dst", "$1", "src", "(.*)")'),
        (MAYBE, "dst", 'label_replace(up{dst="1"}, "dst", "$1", "src", "(.*)")'),
        (MAYBE, "dst", 'label_replace(sum(up), "dst", "x", "src", "y")'),
        (SURE, "dst", 'label_join(up, "dst", "-", "a", "b")'),
        (MAYBE, "dst", 'label_join(up, "dst", "", "a", "b")'),
        (MAYBE, "pod", "info(sum by (job) (up))"),
        (MAYBE, "job", "a * on (job) b"),
        (GONE, "pod", "a * on (job) b"),
        (SURE, "job", 'a * on (job) b{job="x"}'),
        (GONE, "job", "a * ignoring (job) b"),
        (MAYBE, "pod", "a * ignoring (job) b"),
        (SURE, "pod", 'a{pod="x"} * b'),
        (GONE, "pod", "a * sum by (job) (b)"),
        (MAYBE, "pod", "a * on (job) group_left sum by (job) (b)"),
        (SURE, "team", 'a * on (job) group_left (team) b{team="x"}'),
        (GONE, "team", 'a{team="y"} * on (job) group_left (team) sum by (job) (b)'),
        (MAYBE, "pod", "sum by (job) (a) * on (job) group_right b"),
        (MAYBE, "pod", "a and on (job) sum by (job) (b)"),
        (SURE, "job", 'a and on (job) b{job="x"}'),
        (SURE, "job", 'a{job="x"} unless b'),
        (MAYBE, "pod", "sum by (job) (a) + fill(0) b"),
        (MAYBE, "pod", "$metric"),
        (MAYBE, "pod", "$agg by (job) (up)"),
    ],
)
def test_each_label_is_told_apart(expected, label, text):
    """
    Guaranteed where a matcher or a join proves it, impossible where something drops it, possible otherwise.
    """
    (branch,) = branches(text)

    assert expected is branch.label(label).presence


def test_the_sides_of_or_are_branches():
    """
    Each side of `or` can return something of its own.
    """
    found = branches('sum by (job) (a) or b{pod="x"}')

    assert [GONE, SURE] == [branch.label("pod").presence for branch in found]


@pytest.mark.parametrize(
    ("fragment", "why", "text", "label"),
    [
        ("by (job)", "`sum by (job)` keeps only `job`", "sum by (job) (rate(a[5m])) > 1", "pod"),
        ("sum", "`sum` keeps no labels", "sum(a)", "pod"),
        ("on (job)", "`on (job)` keeps only `job`", "a / on (job) b", "pod"),
        ('pod=""', '`pod=""` selects series without it', 'a{pod=""}', "pod"),
        ("by (job)", "`avg by (job)` keeps only `job`", "sum by (job, pod) (avg by (job) (a))", "pod"),
        ("histogram_quantile", "`histogram_quantile` consumes `le`", "histogram_quantile(0.9, a)", "le"),
    ],
)
def test_what_removed_a_label_is_told(fragment, why, text, label):
    """
    The fragment is the innermost one: what is gone once cannot be dropped again.
    """
    (branch,) = branches(text)
    fact = branch.label(label)

    assert (fragment, why) == (text[slice(*fact.at)], fact.why)


@pytest.mark.parametrize(
    ("always", "value", "text"),
    [
        (True, 1, "vector(1)"),
        (True, 3, "vector(1) + 2"),
        (True, 3, "vector(1) + vector(2)"),
        (True, None, "time()"),
        (True, 2, "vector(2) > 1"),
        (False, 2, "vector(2) > 3"),
        (True, 0, "vector(2) > bool 3"),
        (True, None, "scalar(up)"),
        (True, 5, "sum(vector(5))"),
        (False, None, "up"),
        (False, None, "up or up"),
        (False, None, "up * vector(1)"),
        (True, 1, "vector(1) and vector(2)"),
        (False, 1, "vector(1) unless vector(2)"),
        (False, 1, "absent(up)"),
    ],
)
def test_constants_are_followed(always, value, text):
    """
    What returns a sample without any series is known to do so, and often with which value.
    """
    branch = branches(text)[0]

    assert (always, value) == (branch.always, branch.value)


@pytest.mark.parametrize(
    ("op", "value", "text"),
    [
        (">", 5, "up > 5"),
        ("<", 5, "5 > up"),
        (">", 5, "5 < up"),
        ("<=", 5, "5 >= up"),
        (">", 1, "sum(up > 1) * 2"),
        (">", None, "a > b"),
        ("unless", None, "a unless b"),
        ("and", None, "a and b"),
        ("absent", None, "absent(a)"),
        (">", 2, "a > 2 < 7"),
    ],
)
def test_the_first_comparison_is_the_condition(op, value, text):
    """
    The condition is seen from the series, whichever side the number stands on.
    """
    (branch,) = branches(text)

    assert branch.condition is not None
    assert (op, value) == (branch.condition.op, branch.condition.value)


def test_recordings_are_followed():
    """
    A recorded series has the labels of its expression and those that its rule adds, and no others.
    """
    expr = promql.parse("sum by (job) (rate(a_total[5m]))").expr
    recordings = {"job:a:rate5m": (Recorded(expr, {"team": "x"}),)}
    (branch,) = branches('job:a:rate5m{job="api"}', recordings)

    assert [SURE, SURE, GONE] == [branch.label(name).presence for name in ("team", "job", "pod")]
    assert branch.label("pod").why == "recording `job:a:rate5m`: `sum by (job)` keeps only `job`"


def test_what_many_record_is_followed_once(monkeypatch):
    """
    Ten files that record each step of a chain of eight: ten times eight answers, not ten to the eighth.
    """
    recordings = {
        f"step{n}": tuple(Recorded(promql.parse(f"sum by (a{k}) (step{n + 1})").expr, {}) for k in range(10))
        for n in range(8)
    }
    asked, of = [], promql.Flow._of
    monkeypatch.setattr(promql.Flow, "_of", lambda self, expr: asked.append(expr) or of(self, expr))

    assert 1 == len(branches("step0", recordings))
    assert 161 == len(asked)


def test_recordings_that_read_themselves_end():
    """
    A cycle of recordings is cut where it closes.
    """
    recordings = {"a": (Recorded(promql.parse("b").expr, {}),), "b": (Recorded(promql.parse("a").expr, {}),)}

    assert 1 == len(branches("a", recordings))


def test_very_many_branches_become_unknown():
    """
    A product of many alternatives is given up, and nothing is called impossible.
    """
    side = "(" + " or ".join(["sum(a)"] * 12) + ")"
    (branch,) = branches(f"{side} * {side}")

    assert branch.label("pod").presence is MAYBE
