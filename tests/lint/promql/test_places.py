"""Properties of places: what a node says about where it stands is true for every query."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from obsaudit.lint import promql
from obsaudit.lint.promql.lexer import tokens
from obsaudit.lint.record import Record, names_of

# Without dashboard variables: alone they may be any expression, in front of a range only a metric.
names = st.sampled_from(["up", "foo:bar", "sum", "by", "http_requests_total"])
labels = st.sampled_from(["job", "on", "by", '"service.name"'])
numbers = st.sampled_from(["1", "0.5", "1e3", "0x1F", "5m", "Inf"])
ranges = st.sampled_from(["[5m]", "[1h:5m]", "[$__interval]", "[ 2m + 3m ]"])
spaces = st.sampled_from(["", " ", "\n", "  # note\n"])


@st.composite
def selectors(draw):
    matcher = st.tuples(labels, st.sampled_from(["=", "!=", "=~", "!~"]), st.sampled_from(['"a"', "'b|c'", "`d`"]))
    matchers = draw(st.lists(matcher, max_size=3))
    inside = ",".join(draw(spaces).join(parts) for parts in matchers)
    return draw(names) + (f"{{{inside}}}" if matchers else "")


def larger(inner):
    vectors = inner | selectors()
    return st.one_of(
        st.tuples(spaces, vectors, spaces).map(lambda parts: f"({''.join(parts)})"),
        st.tuples(st.sampled_from(["rate", "max_over_time"]), selectors(), ranges).map(
            lambda p: f"{p[0]}({p[1]}{p[2]})"
        ),
        st.tuples(st.sampled_from(["abs", "sort"]), vectors).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["sum", "topk"]), labels, vectors).map(
            lambda p: f"{p[0]} by ({p[1]}) ({'5, ' if p[0] == 'topk' else ''}{p[2]})"
        ),
        st.tuples(vectors, spaces, st.sampled_from("+-*/%^"), spaces, vectors).map("".join),
        st.tuples(vectors, st.sampled_from([" and ", " or ", " unless on (job) ", " > bool "]), vectors).map("".join),
        st.tuples(vectors, numbers).map(lambda p: f"{p[0]} * {p[1]}"),
        vectors.map(lambda text: f"-{text}"),
        selectors().map(lambda text: f"{text} offset 1h @ end()"),
    )


queries = st.recursive(selectors(), larger, max_leaves=8)


def shape(value):
    """A tree without its places."""
    if isinstance(value, tuple) and not isinstance(value, Record):
        return tuple(shape(item) for item in value)
    if not isinstance(value, Record):
        return value
    places = {"start", "end", "braces"}
    return (type(value).__name__, *(shape(getattr(value, name)) for name in names_of(value) if name not in places))


@settings(max_examples=200, deadline=None)
@given(queries)
@example('sum without (a, "b.c") (rate(foo{a=~"x"}[5m] offset -1h)) / on (a) group_left (b) bar > 5m')
def test_every_part_reads_the_same_on_its_own(text):
    """
    The slice of each sub-expression parses again to the tree that it was.
    """
    parsed = promql.parse(text)
    assert parsed.expr is not None, (text, parsed)

    for node in promql.walk(parsed.expr):
        again = promql.parse(text[node.start : node.end]).expr
        assert again is not None
        assert shape(node) == shape(again)


@settings(max_examples=200, deadline=None)
@given(st.one_of(queries, st.text(max_size=60)))
def test_every_token_is_the_text_at_its_place(text):
    """
    Tokens are slices of the text, in order, and only white space and comments lie between them.
    """
    found = tokens(text)
    ends = [0, *(token.end for token in found)]

    assert "end" == found[-1].kind
    assert all(token.text == text[token.start : token.end] for token in found)
    assert all(end <= token.start for end, token in zip(ends, found, strict=False))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abr({[)}]\"'`\\#$=~!+-*/^%<>@,:.0159ms \n", max_size=40))
def test_any_text_gets_one_verdict(text):
    """
    A tree, a problem inside the text, or a reason; never an exception.
    """
    parsed = promql.parse(text)

    assert 1 == sum(verdict is not None for verdict in (parsed.expr, parsed.problem, parsed.unjudged))
    if parsed.problem is not None:
        assert 0 <= parsed.problem.start <= parsed.problem.end <= len(text)
    if parsed.expr is not None:
        promql.flow(parsed.expr)
