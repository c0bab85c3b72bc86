"""
Label flow: what the result of a query can look like.

For each way that a query can return something (the sides of `or` are ways of their own) it tells which labels are
guaranteed, possible or impossible, and why; whether a sample comes back whatever happens; and what the first
comparison asked for. Unknown is never called impossible: a dashboard variable makes everything possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

from ..record import Record, replace
from .check import COMPARISONS
from .labels import UNKNOWN, Fact, Labels, Place
from .syntax import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Matrix,
    NumberLiteral,
    Paren,
    Selector,
    StringLiteral,
    Subquery,
    Unary,
)
from .transfer import (
    SELECTING,
    Recorded,
    aggregated,
    clause_of,
    gone,
    joined,
    matched,
    of_matcher,
    relabelled,
    spot,
    stored,
)
from .tree import compute, constant, unwrap

_MOST_BRANCHES = 24
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Condition(Record):
    """What the result depends on: a comparison, or the presence or absence of other series."""

    op: str
    """A comparison as seen from the series, or `and`, `unless`, `absent`."""

    value: float | None
    """The constant that the series is compared with."""

    at: Place


class Branch(Record):
    """One way to a result."""

    labels: Labels
    at: Place
    """The part of the query that returns it."""

    always: bool = False
    """Whether it returns a sample whatever happens."""

    value: float | None = None
    """The value of every sample, where it is a constant."""

    condition: Condition | None = None
    """The first comparison on the way."""

    def label(self, name: str) -> Fact:
        """What is known of a label."""
        return self.labels[name]


Recordings = Mapping[str, Sequence[Recorded]]


def flow(expr: Expr, recordings: Recordings | None = None) -> tuple[Branch, ...]:
    """The branches of an expression, from left to right. Metrics named in `recordings` are followed to their source."""
    return Flow(recordings).of(expr)


@lru_cache(maxsize=1024)
def flow_of(text: str) -> Flow:
    """
    The flow of a text without its recordings, shared by all who ask.

    Rules come one after the other to the same query, so that few need to be remembered.
    """
    return Flow()


Stored = tuple[tuple[Recorded, Branch], ...]
"""What the recordings of a metric return, before somebody selects from it."""


class _Trail:
    """
    The recordings that are being followed, and what is known of those that were.

    A metric that a hundred files record from one that a hundred files record is followed once and not ten thousand
    times. Where a cycle was cut, the answer holds for that way only, and is not kept.
    """

    def __init__(self) -> None:
        self.followed: set[str] = set()
        self.cut: set[str] = set()
        self.known: dict[str, Stored] = {}


class Flow:
    """Answers for the parts of one query, each computed once."""

    def __init__(self, recordings: Recordings | None = None, _trail: _Trail | None = None) -> None:
        self._recordings = recordings or {}
        self._known: dict[int, tuple[Expr, tuple[Branch, ...]]] = {}
        self._trail = _trail or _Trail()

    def of(self, expr: Expr) -> tuple[Branch, ...]:
        """The branches of an expression."""
        known = self._known.get(id(expr))
        if known is None:
            branches = self._of(expr)
            if len(branches) > _MOST_BRANCHES:
                branches = (Branch(Labels({}), (expr.start, expr.end)),)
            # The expression is kept with its answer: an id is only unique while its object lives.
            known = self._known[id(expr)] = (expr, branches)
        return known[1]

    def _of(self, expr: Expr) -> tuple[Branch, ...]:
        match expr:
            case Selector():
                return self._selected(expr)
            case Matrix(selector=inner) | Paren(expr=inner) | Subquery(expr=inner):
                return self.of(inner)
            case Unary():
                return tuple(_signed(expr, branch) for branch in self.of(expr.expr))
            case Aggregation():
                return tuple(_aggregated(expr, branch) for branch in self.of(expr.expr))
            case Call():
                return self._called(expr)
            case Binary():
                return self._combined(expr)
            case NumberLiteral():
                return (_scalar(expr, expr.value),)
            case StringLiteral():
                return ()
            case _:
                return (Branch(Labels({}), (expr.start, expr.end)),)

    # Selectors and recordings.

    def _selected(self, selector: Selector) -> tuple[Branch, ...]:
        place = (selector.start, selector.end)
        own = Labels(matched(selector))
        recorded = self._recordings.get(selector.metric or "", ())
        if not recorded or selector.metric is None:
            return (Branch(own, place),)
        if selector.metric in self._trail.followed:
            self._trail.cut.add(selector.metric)
            return (Branch(own, place),)
        return tuple(
            Branch(stored(selector, branch.labels, one).matched(own), place)
            for one, branch in self._stored(selector.metric, recorded)
        )

    def _stored(self, metric: str, recorded: Sequence[Recorded]) -> Stored:
        trail = self._trail
        if metric in trail.known:
            return trail.known[metric]
        before, trail.cut = trail.cut, set()
        trail.followed.add(metric)
        found = tuple((one, branch) for one in recorded for branch in Flow(self._recordings, trail).of(one.expr))
        trail.followed.discard(metric)
        trail.cut.discard(metric)
        if not trail.cut:
            trail.known[metric] = found
        trail.cut |= before
        return found

    # Functions.

    def _called(self, call: Call) -> tuple[Branch, ...]:
        name, place = call.name.value, (call.start, call.end)
        if call.result is None:
            return (Branch(Labels({}), place),)
        if name in ("absent", "absent_over_time"):
            return (_absent(call, place),)
        if call.result == "scalar" or name == "vector" or not call.args:
            value = constant(call.args[0]) if name == "vector" else constant(call)
            return (_scalar(call, value),)
        vector = next((arg for arg in call.args if arg.type in ("vector", "matrix", None)), None)
        if vector is None:
            return (Branch(Labels({}), place),)
        return tuple(
            replace(branch, labels=relabelled(call, branch.labels), at=place, value=None) for branch in self.of(vector)
        )

    # Binary expressions.

    def _combined(self, binary: Binary) -> tuple[Branch, ...]:
        op = binary.op.value
        left, right = self.of(binary.left), self.of(binary.right)
        if op == "or":
            return left + right
        if len(left) * len(right) > _MOST_BRANCHES:
            return (Branch(Labels({}), (binary.start, binary.end)),)
        return tuple(_pair(binary, one, other) for one, other in product(left, right))


def _pair(binary: Binary, left: Branch, right: Branch) -> Branch:
    op = binary.op.value
    place = (binary.start, binary.end)
    if op in ("and", "unless"):
        return _set_operation(binary, left, right, place)
    left_type, right_type = binary.left.type, binary.right.type
    value = compute(op, left.value, right.value)
    if left_type == "scalar" and right_type == "scalar":
        return _scalar(binary, value)
    if left_type == "scalar" or right_type == "scalar":
        vector, number = (right, left) if left_type == "scalar" else (left, right)
        return _with_scalar(binary, vector, number.value, flipped=left_type == "scalar", result=value)
    labels = joined(binary, left.labels, right.labels)
    compares = op in COMPARISONS and binary.bool is None
    always = left.always and right.always and left.labels.none and right.labels.none and (not compares or bool(value))
    own = Condition(op, right.value, place) if compares else None
    condition = left.condition or right.condition or own
    return Branch(labels, place, always, left.value if compares else value, condition)


def _with_scalar(
    binary: Binary, vector: Branch, number: float | None, *, flipped: bool, result: float | None
) -> Branch:
    op = binary.op.value
    place = (binary.start, binary.end)
    if op not in COMPARISONS or binary.bool is not None:
        labels = vector.labels.without(("__name__",), gone(f"`{op}` drops the metric's name", spot(binary)))
        return replace(vector, labels=labels, at=place, value=result)
    condition = vector.condition or Condition(_FLIPPED.get(op, op) if flipped else op, number, place)
    return replace(vector, at=place, always=vector.always and bool(result), condition=condition)


def _set_operation(binary: Binary, left: Branch, right: Branch, place: Place) -> Branch:
    op = binary.op.value
    condition = left.condition or Condition(op, None, place)
    if op == "unless":
        return replace(left, at=place, always=False, condition=condition)
    labels = left.labels.matched(right.labels, **clause_of(binary.matching))
    always = left.always and right.always and left.labels.none and right.labels.none
    return replace(left, labels=labels, at=place, always=always, condition=None if always else condition)


def _absent(call: Call, place: Place) -> Branch:
    inner = unwrap(call.args[0])
    inner = inner.selector if isinstance(inner, Matrix) else inner
    facts: dict[str, Fact] = {}
    if isinstance(inner, Selector):
        equal = [matcher for matcher in inner.matchers if matcher.op.value == "=" and matcher.value.value]
        names = [matcher.label.value for matcher in inner.matchers]
        for matcher in equal:
            fact = of_matcher(matcher) or UNKNOWN
            if names.count(matcher.label.value) == 1 and matcher.label.value != "__name__":
                facts[matcher.label.value] = fact
    rest = gone(f"`{call.name.value}` returns only what its `=` matchers say", (call.name.start, call.name.end))
    if isinstance(inner, Selector) and inner.partial:
        rest = UNKNOWN
    return Branch(Labels(facts, rest), place, value=1.0, condition=Condition("absent", None, place))


def _aggregated(aggregation: Aggregation, branch: Branch) -> Branch:
    op, place = aggregation.op.value, (aggregation.start, aggregation.end)
    if op in SELECTING:
        return replace(branch, at=place, always=False)
    value = branch.value if op in ("sum", "avg", "min", "max") and branch.labels.none else None
    return replace(branch, labels=aggregated(aggregation, branch.labels), at=place, value=value)


def _signed(unary: Unary, branch: Branch) -> Branch:
    if unary.op.value == "+":
        return branch
    labels = branch.labels.without(
        ("__name__",), gone("a sign drops the metric's name", (unary.start, unary.start + 1))
    )
    value = None if branch.value is None else -branch.value
    return replace(branch, labels=labels, at=(unary.start, unary.end), value=value)


def _scalar(expr: Expr, value: float | None) -> Branch:
    place = (expr.start, expr.end)
    return Branch(Labels({}, gone("a number has no labels", place)), place, always=True, value=value)
