"""Properties of places: what a node says about where it stands is true for every query."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from obsaudit.lint import logql
from obsaudit.lint.logql.lexer import tokens
from obsaudit.lint.record import Record, names_of

from .samples import VALID

labels = st.sampled_from(["app", "level", "rate", "status_code", "duration"])
texts = st.sampled_from(['"a"', "`b|c`", '"{{.x}}"', '"$v"'])
spaces = st.sampled_from(["", " ", "\n", "  # note\n"])
matching = st.sampled_from(["=", "!=", "=~", "!~"])
comparisons = st.one_of(
    st.tuples(labels, matching, texts),
    st.tuples(labels, st.sampled_from([">", "<=", "==", "!="]), st.sampled_from(["1", "-0.5", "1.5s", "20KB", "$x"])),
    st.tuples(labels, st.sampled_from(["=", "!="]), st.just('ip("10.0.0.0/8")')),
).map(" ".join)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or ", ", ", " "]), inner).map("".join),
        inner.map(lambda text: f"({text})"),
    ),
    max_leaves=4,
)
stages = st.one_of(
    st.tuples(st.sampled_from(["|=", "!=", "|~", "!~", "|>"]), spaces, texts).map("".join),
    st.just('|= "a" or ip("10.0.0.1") or `b`'),
    conditions.map(lambda text: f"| {text}"),
    st.sampled_from(
        [
            "| json",
            '| json took="a.b[0]", status',
            "| logfmt --strict",
            "| unpack",
            '| pattern "<a> <_>"',
            "| regexp `(?P<a>.)`",
            '| line_format "{{.a}}"',
            '| label_format a=b, c="{{.d}}"',
            '| drop a, b="c"',
            "| keep app",
            "| decolorize",
        ]
    ),
)
selectors = st.lists(st.tuples(labels, matching, texts).map("".join), min_size=1, max_size=3).map(
    lambda matchers: f"{{{', '.join(matchers)}}}"
)
pipelines = st.tuples(selectors, st.lists(stages, max_size=3), spaces).map(lambda p: p[2].join([p[0], *p[1]]))
ranges = st.sampled_from(["[5m]", "[$__auto]", "[1h30m] offset 5m", " [1d] offset -1h"])
counts = st.one_of(
    st.tuples(st.sampled_from(["rate", "count_over_time"]), pipelines, ranges).map(lambda p: f"{p[0]}({p[1]} {p[2]})"),
    st.tuples(selectors, ranges, stages).map(lambda p: f"bytes_rate({p[0]}{p[1]} {p[2]})"),
    st.tuples(pipelines, ranges).map(lambda p: f"rate(({p[0]}){p[1]})"),
    st.tuples(pipelines, labels, ranges).map(lambda p: f"avg_over_time({p[0]} | unwrap {p[1]} {p[2]}) by (a)"),
)
metrics = st.recursive(
    counts,
    lambda inner: st.one_of(
        inner.map(lambda text: f"( {text} )"),
        st.tuples(labels, inner).map(lambda p: f"sum by ({p[0]}) ({p[1]})"),
        inner.map(lambda text: f"topk(5, {text}) without (a)"),
        st.tuples(inner, st.sampled_from([" / ", " or ", " > bool ", " - on (a) group_left (b) "]), inner).map("".join),
        inner.map(lambda text: f'label_replace({text}, "a", "$1", "b", "(.*)")'),
        inner.map(lambda text: f"{text} * -100"),
    ),
    max_leaves=4,
)
queries = st.one_of(pipelines, metrics)

# A part that is no query of its own is read again with this around it.
FRAMES = (
    (logql.Unwrap, 'sum_over_time({a="b"}', "[5m])"),
    (logql.Stage, '{a="b"} ', ""),
    (logql.Condition, '{a="b"} | ', ""),
)


def shape(value):
    """A tree without its places."""
    if isinstance(value, tuple):
        return tuple(shape(item) for item in value)
    if not isinstance(value, Record):
        return value
    return (type(value).__name__, *(shape(getattr(value, name)) for name in names_of(value) if name not in PLACES))


PLACES = {"start", "end"}


def read_again(text, node):
    """The node of the same kind that the slice of a node makes."""
    part = text[node.start : node.end]
    if isinstance(node, logql.LogRange):
        around = "sum_over_time" if node.unwrap is not None else "rate"
        return next(logql.parse(f"{around}({part})").find(logql.LogRange))
    if isinstance(node, logql.Selector):
        return logql.parse(part).expr.selector
    for kind, before, after in FRAMES:
        if isinstance(node, kind):
            return next(logql.parse(f"{before}{part}{after}").find(kind))
    return logql.parse(part).expr


@settings(max_examples=200, deadline=None)
@given(queries)
@example('rate(({a="b"} | json)[5m] offset 1h) + 1')
@example(VALID[-1])
def test_every_part_reads_the_same_on_its_own(text):
    """
    The slice of each node parses again to the tree that it was.
    """
    parsed = logql.parse(text)
    assert parsed.expr is not None, (text, parsed)

    for node in logql.walk(parsed.expr):
        assert shape(node) == shape(read_again(text, node))


@settings(max_examples=200, deadline=None)
@given(st.one_of(queries, st.text(max_size=60)))
def test_every_token_is_the_text_at_its_place(text):
    """
    Tokens are slices of the text, in order.
    """
    found = tokens(text)
    ends = [0, *(token.end for token in found)]

    assert "end" == found[-1].kind
    assert all(token.text == text[token.start : token.end] for token in found)
    assert all(end <= token.start for end, token in zip(ends, found, strict=False))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abr({[)}]\"'`\\#$=~!|+-*/^%<>@,:.0159mKB \n", max_size=40))
def test_any_text_gets_one_verdict(text):
    """
    A tree, a problem inside the text, or a reason; never an exception.
    """
    parsed = logql.parse(text)

    assert 1 == sum(verdict is not None for verdict in (parsed.expr, parsed.problem, parsed.unjudged))
    if parsed.problem is not None:
        assert 0 <= parsed.problem.start <= parsed.problem.end <= len(text)


@settings(max_examples=300, deadline=None)
@given(queries, st.data())
def test_a_broken_query_gets_one_verdict(text, data):
    """
    A query with one character left out is judged like any other text.
    """
    gone = data.draw(st.integers(0, len(text) - 1))
    parsed = logql.parse(text[:gone] + text[gone + 1 :])

    assert 1 == sum(verdict is not None for verdict in (parsed.expr, parsed.problem, parsed.unjudged))
