"""The parser: what parses, what does not and where, and what is not judged."""

import pytest

from obsaudit.lint import promql


def problem(text):
    found = promql.parse(text).problem
    assert found is not None, promql.parse(text)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "1 + 2 * 3 ^ 2 ^ 1 % 4 atan2 5",
        "0x1F + 0755 + 1_000 + 1e-3 + .5 + 5. + Inf + nan",
        "5m + 1h30m",
        "sum",
        "sum + by + offset + and + start",
        "foo{on='a', bool=\"b\", sum=`c`,}",
        '{"http.requests", "service.name"="api"}',
        "rate(foo[5m] offset -1h @ end())",
        "foo @ start() offset 5m",
        "rate(foo[2m + 3m] anchored)",
        "foo[max_of(step(), 5s) : range() / 10]",
        "a + on (x) group_left (y) fill_left (0) fill_right (-1) b",
        "limitk(5, foo) + limit_ratio(-0.5, foo)",
        'info(rate(foo[5m]), {version=~".+"})',
        "histogram_fraction(0, 0.2, foo) </ 5 >/ 1",
        "sum by (a, b,) (foo) # comment\n / # another\n sum(foo) without (a)",
        'label_join(foo, "a", "-", "b", "c", "d")',
        "foo offset 5s - 8",
        "'single \\' quote' ",
    ],
)
def test_the_syntax_of_today_parses(text):
    """
    Everything that a current Prometheus accepts, experimental or not.
    """
    assert promql.parse(text).expr is not None, promql.parse(text)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("(", "sum(rate(foo[5m])"),
        (")", "sum(foo))"),
        ("app_*", "rate(app_*[24h])"),
        ("raet", "raet(foo[5m])"),
        ("=", "foo = 1"),
        ("|", "foo || bar"),
        ("foo", "rate(foo)"),
        ("foo[5m]", "abs(foo[5m])"),
        ("5x", "foo[5x]"),
        ("0s", "foo[0s]"),
        ("[", "rate(foo[5m)"),
        ("b", "foo{a=b}"),
        ('"*x"', 'foo{a=~"*x"}'),
        ('"(?!x)"', 'foo{a=~"(?!x)"}'),
        ("{}", "sum({})"),
        ("==", "1 == 1"),
        ("bool", "foo + bool 1"),
        ("on (a)", "foo * on (a) 1"),
        ("a", "foo * on (a) group_left (a) bar"),
        ("1", "foo and 1"),
        ("offset", "rate(foo[5m]) offset 1h"),
        ("[5m]", "sum(foo)[5m]"),
        ("topk(foo)", "topk(foo)"),
        ("+", "foo +"),
        ('"abc', 'foo{a="abc'),
        ("\\d", '"\\d"'),
    ],
)
def test_a_problem_points_at_the_culprit(at, text):
    """
    The region of a problem is the token that cannot stand where it does, or the argument that does not fit.
    """
    found = problem(text)

    assert at == text[found.start : found.end]


@pytest.mark.parametrize(
    ("help", "text"),
    [
        ("did you mean `rate`?", "raet(foo[5m])"),
        ("add a range, as in `[5m]`", "rate(foo)"),
        ("comparison is `==`", "foo = 1"),
        ('quote it: `"b"`', "foo{a=b}"),
        ("RE2 has neither look-around nor back references", 'foo{a=~"(?!x)"}'),
    ],
)
def test_a_problem_says_what_to_do(help, text):
    """
    The help names the cure where there is one.
    """
    assert help == problem(text).help


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("it holds a template (`{{ … }}`)", 'rate(foo{job="{{ .job }}"}[5m])'),
        ("it holds a template (`%(…)s`)", "rate(foo{%(selector)s}[5m])"),
        ("it holds a placeholder (`...`)", "sum(rate(...))"),
        ("it is LogQL", '{app="x"} |= "error"'),
        ("it is LogQL", '{app="x"} != "error"'),
        ("it is TraceQL", '{ resource.service.name = "x" }'),
        ("`rollup_rate` is a function of MetricsQL", "rollup_rate(foo[5m])"),
        ("`keep_metric_names` is a keyword of MetricsQL", "rate(foo[5m]) keep_metric_names"),
        ("`5i` is a duration of MetricsQL", "rate(foo[5i])"),
        ("`or` between matchers is MetricsQL", 'foo{a="b" or c="d"}'),
        ("MetricsQL, which its metrics suggest, may take it", "rate(vm_rows_inserted_total)"),
        ("a dashboard variable stands where it cannot be followed", "sum(foo) $filter"),
        ("it is nested too deep", "(" * 10_000 + "1" + ")" * 10_000),
        ("it is nested too deep", " or ".join(["foo"] * 15_000)),
    ],
)
def test_what_is_meant_for_others_is_not_judged(why, text):
    """
    A template, another language or an endless expression is neither right nor wrong, and the reason is told.
    """
    parsed = promql.parse(text)

    assert (why, None, None) == (parsed.unjudged, parsed.expr, parsed.problem)


@pytest.mark.parametrize(
    "text",
    [
        "rate($metric[$__rate_interval])",
        'foo{job=~"$job", $filter}',
        "${agg} by ($group) (foo[[suffix]])",
        "$agg(foo) by (job)",
        "foo[$__range:${step}s] offset $shift",
        "foo > $threshold",
        "topk([[n]], ${metric:raw}{a=~${values:doublequote}})",
        "foo[[[window]]]",
    ],
)
def test_dashboard_variables_are_words(text):
    """
    A variable may stand for a name, a number, a duration, a label, a matcher or a value.
    """
    assert promql.parse(text).expr is not None, promql.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        "a{" * 50_000,
        "{ .a" * 25_000,
        "_" * 100_000 + "$",
        "$" * 100_000,
        '"' + "\\" * 100_001 + '"',
        "foo[" + "1m+" * 30_000 + "1m]",
        "-" * 100_000 + "1",
        "sum(" * 25_000,
        'foo{a=~"' + "x|" * 50_000 + 'y"}',
        "1+" * 50_000 + "1",
    ],
    ids=lambda text: text[:5],
)
def test_hostile_text_ends(text):
    """
    A hundred thousand characters of anything get exactly one verdict and no exception.
    """
    parsed = promql.parse(text)

    assert 1 == sum(verdict is not None for verdict in (parsed.expr, parsed.problem, parsed.unjudged))


def test_the_tree_knows_its_places():
    """
    Every part of a query can be cut out of its text.
    """
    text = 'sum by (job) (rate(foo{a=~"b.*"}[5m])) / on (job) group_left (x) bar > bool 0.5'
    parsed = promql.parse(text)
    comparison = parsed.expr
    assert isinstance(comparison, promql.Binary)
    division = comparison.left
    assert isinstance(division, promql.Binary)
    assert division.matching is not None
    assert division.group is not None
    (selector, bar) = parsed.find(promql.Selector)
    (matcher,) = selector.matchers
    parts = (division, division.matching, division.group, comparison.op, comparison.bool, matcher, matcher.value, bar)

    assert [
        'sum by (job) (rate(foo{a=~"b.*"}[5m])) / on (job) group_left (x) bar',
        "on (job)",
        "group_left (x)",
        ">",
        "bool",
        'a=~"b.*"',
        '"b.*"',
        "bar",
    ] == [text[part.start : part.end] for part in parts]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "1 + 2 * 3"),
        (-4, "-2 ^ 2"),
        (512, "2 ^ 3 ^ 2"),
        (0.05, "5 / 100"),
        (1, "2 > bool 1"),
        (float("inf"), "1 / 0"),
        (float("-inf"), "-1 / 0"),
        (300, "5m"),
        (None, "foo"),
        (None, "time()"),
    ],
)
def test_constants_are_folded(value, text):
    """
    Arithmetic of numbers is worked out as Prometheus does.
    """
    assert value == promql.constant(promql.parse(text).expr)


def test_metrics_are_listed_once_in_order():
    """
    By their name before the braces, quoted inside them, or as a matcher; patterns and variables name none.
    """
    text = 'foo + {"bar"} + {__name__="baz"} + foo + {__name__=~"x.*"} + $y{a="b"}'

    assert ("foo", "bar", "baz") == promql.metric_names(promql.parse(text).expr)
