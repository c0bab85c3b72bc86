"""What is LogQL, what is not, and what cannot be told; and what the tree of a query says."""

import pytest

from obsaudit.lint import logql

from .samples import INVALID, UNJUDGED, VALID, VARIABLES


@pytest.mark.parametrize("text", VALID)
def test_what_loki_takes_has_a_tree(text):
    """
    Every form that Loki's documentation shows.
    """
    parsed = logql.parse(text)

    assert (None, None) == (parsed.problem, parsed.unjudged)


@pytest.mark.parametrize("text", VARIABLES)
def test_dashboard_variables_are_never_a_problem(text):
    """
    A variable may stand for a value, a number, a range, labels or matchers; elsewhere the text is not judged.
    """
    assert None is logql.parse(text).problem


@pytest.mark.parametrize(("text", "blamed", "said"), INVALID)
def test_what_loki_refuses_is_a_problem_at_its_place(text, blamed, said):
    """
    The culprit is blamed and nothing else, and the message or the help says what is wrong with it.
    """
    problem = logql.parse(text).problem

    assert problem is not None
    assert blamed == text[problem.start : problem.end]
    assert said in f"{problem.message} {problem.help}"


@pytest.mark.parametrize(("why", "text"), UNJUDGED)
def test_what_may_still_be_right_is_not_judged(why, text):
    """
    Parts of queries, and texts that something else fills in.
    """
    assert why in (logql.parse(text).unjudged or "")


def test_a_capture_of_a_pattern_is_no_placeholder():
    """
    What stands in quotes excuses no mistake outside of them.
    """
    assert logql.parse('{app="api"} | pattern "<ip> <_>" | jsno').problem is not None


def test_the_fields_that_a_query_uses_are_found():
    """
    Labels of filters, of `unwrap`, of parsers and of groupings, each with its place.
    """
    text = 'sum by (path) (rate({app="api"} | json took="db.took" | took > 1s or (user_id="4711") | unwrap took [5m]))'
    parsed = logql.parse(text)
    words = [comparison.label for comparison in parsed.find(logql.Comparison)]
    words += [unwrap.label for unwrap in parsed.find(logql.Unwrap)]
    words += [extraction.label for parser in parsed.find(logql.Parser) for extraction in parser.extractions]
    words += [label for aggregation in parsed.find(logql.Aggregation) for label in aggregation.grouping.labels]

    assert ["took", "user_id", "took", "took", "path"] == [word.value for word in words]
    assert ["took", "user_id", "took", "took", "path"] == [text[word.start : word.end] for word in words]


def test_values_say_what_they_are():
    """
    A text, a number, a length of time, a size, an address; a dashboard variable may be any of them.
    """
    text = '{a="b"} | json | a="1" | b=1 | c > 1.5h | d <= 2KB | e = ip("::1") | f < $least'
    found = [comparison.quantity for comparison in logql.parse(text).find(logql.Comparison)]

    assert ["string", "number", "duration", "bytes", "ip", None] == found


def test_or_binds_less_than_and_a_comma_or_a_space():
    """
    The three spellings of `and` make one tree.
    """
    shapes = set()
    for joint in (" and ", ",", " "):
        (stage,) = (node for node in logql.parse(f'{{a="b"}} | x=1 or y=2{joint}z=3').find(logql.LabelFilter))
        condition = stage.condition
        shapes.add((condition.op, type(condition.left).__name__, condition.right.op))

    assert {("or", "Comparison", "and")} == shapes


@pytest.mark.parametrize(
    ("text", "root", "left"),
    [
        ("1 + 2 * 3", "+", "1"),
        ("2 ^ 3 ^ 2", "^", "2"),
        ("1 - 2 - 3", "-", "1 - 2"),
        ("1 > 2 + 3", ">", "1"),
        ("vector(1) or vector(2) and vector(3)", "or", "vector(1)"),
        ("vector(1) and vector(2) == 3", "and", "vector(1)"),
    ],
)
def test_operators_bind_as_in_promql(text, root, left):
    """
    Powers first and from the right, then products, sums, comparisons, `and` and `unless`, `or`.
    """
    expr = logql.parse(text).expr

    assert (root, left) == (expr.op.value, text[expr.left.start : expr.left.end])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{app="a"} |= "x"', True),
        ('sum(rate({app="a"} | level="error" [5m])) > 1', True),
        ('absent_over_time({app="a", env=~"p|q"}[5m])', True),
        ('up{job="a"} != 1', False),
        ('errors{path="/{id}"} > 1 or up{a="}|="} == 0', False),
        ('count_over_time({__name__="up"}[5m])', False),
        ('{app="a"}', False),
    ],
)
def test_a_text_looks_like_logql_by_what_promql_does_not_have(text, expected):
    """
    A pipeline behind a selector, or a range of a selector without any metric.
    """
    assert expected == logql.looks_like(text)


def test_hostile_text_takes_no_time():
    """
    Long texts, deep nesting and unclosed quotes get a verdict like any other.
    """
    for text in ("(" * 5000, '{a="b"} | ' + "(" * 5000, '{a="' * 5000, '{a="b"}' + " |= 1" * 5000, "1" + "+1" * 5000):
        assert logql.parse(text).expr is None
    assert not logql.looks_like("rate({" + 'a="b" ' * 300 + "!")
