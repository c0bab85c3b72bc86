"""
Label flow: what the result of a query can look like.

For each way that a query can return something (the sides of `or` are ways of their own) it tells which labels are
guaranteed, possible or impossible, and why; whether a sample comes back whatever happens; and what the first
comparison asked for. Unknown is never called impossible: a dashboard variable makes everything possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from .check import COMPARISONS, matches_empty
from .labels import UNKNOWN, Fact, Labels, Place, Presence
from .syntax import (
    Aggregation,
    Binary,
    Call,
    Clause,
    Expr,
    Matcher,
    Matrix,
    NumberLiteral,
    Paren,
    Selector,
    StringLiteral,
    Subquery,
    Unary,
)
from .tree import compute, constant, unwrap

_MOST_BRANCHES = 24
_KEEP_NAME = frozenset(
    {"first_over_time", "info", "last_over_time", "sort", "sort_by_label", "sort_by_label_desc", "sort_desc"}
)
_SELECTING = frozenset({"bottomk", "limit_ratio", "limitk", "topk"})
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Condition:
    """What the result depends on: a comparison, or the presence or absence of other series."""

    op: str
    """A comparison as seen from the series, or `and`, `unless`, `absent`."""

    value: float | None
    """The constant that the series is compared with."""

    at: Place


@dataclass(frozen=True, slots=True)
class Branch:
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


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording stores: the expression, and the labels that the rule adds."""

    expr: Expr
    labels: Mapping[str, str]


Recordings = Mapping[str, Sequence[Recorded]]


def flow(expr: Expr, recordings: Recordings | None = None) -> tuple[Branch, ...]:
    """The branches of an expression, from left to right. Metrics named in `recordings` are followed to their source."""
    return Flow(recordings).of(expr)


class Flow:
    """Answers for the parts of one query, each computed once."""

    def __init__(self, recordings: Recordings | None = None) -> None:
        self._recordings = recordings or {}
        self._known: dict[int, tuple[Expr, tuple[Branch, ...]]] = {}
        self._followed: set[str] = set()

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
        own = Labels(_matched(selector))
        recorded = self._recordings.get(selector.metric or "", ())
        if not recorded or selector.metric is None or selector.metric in self._followed:
            return (Branch(own, place),)
        self._followed.add(selector.metric)
        branches = tuple(
            Branch(_stored(selector, branch.labels, one).matched(own), place)
            for one in recorded
            for branch in Flow._of_recording(self, one.expr)
        )
        self._followed.discard(selector.metric)
        return branches

    def _of_recording(self, expr: Expr) -> tuple[Branch, ...]:
        inner = Flow(self._recordings)
        inner._followed = self._followed
        return inner.of(expr)

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
            replace(branch, labels=_relabelled(call, branch.labels), at=place, value=None) for branch in self.of(vector)
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
    labels = _joined(binary, left.labels, right.labels)
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
        labels = vector.labels.without(("__name__",), _gone(f"`{op}` drops the metric's name", _spot(binary)))
        return replace(vector, labels=labels, at=place, value=result)
    condition = vector.condition or Condition(_FLIPPED.get(op, op) if flipped else op, number, place)
    return replace(vector, at=place, always=vector.always and bool(result), condition=condition)


def _set_operation(binary: Binary, left: Branch, right: Branch, place: Place) -> Branch:
    op = binary.op.value
    condition = left.condition or Condition(op, None, place)
    if op == "unless":
        return replace(left, at=place, always=False, condition=condition)
    labels = left.labels.matched(right.labels, **_clause_of(binary.matching))
    always = left.always and right.always and left.labels.none and right.labels.none
    return replace(left, labels=labels, at=place, always=always, condition=None if always else condition)


def _clause_of(clause: Clause | None) -> dict[str, frozenset[str]]:
    """What a join matches on, as `Labels.matched` takes it; a variable in the clause may stand for anything."""
    if clause is None:
        return {}
    if clause.templated:
        return {"on": frozenset()}
    return {clause.kind: clause.names}


def _joined(binary: Binary, left: Labels, right: Labels) -> Labels:
    matching, group = binary.matching, binary.group
    if binary.fills:
        left = right = left.either(right)
    matched = {} if binary.fills else _clause_of(matching)
    if group is not None:
        many, one = (left, right) if group.kind == "group_left" else (right, left)
        joined = many if binary.fills else many.matched(one, **matched)
        added = {label.value: one[label.value] for label in group.labels if not label.templated}
        joined = joined.set(added)
        joined = joined.opened() if group.templated else joined
    else:
        joined = left if binary.fills else left.matched(right, **matched)
        joined = _narrowed(joined, matching)
    if binary.op.value in COMPARISONS and binary.bool is None:
        return joined
    return joined.without(("__name__",), _gone(f"`{binary.op.value}` drops the metric's name", _spot(binary)))


def _narrowed(labels: Labels, matching: Clause | None) -> Labels:
    """What is left of the labels of a one-to-one join."""
    if matching is None:
        return labels
    place = (matching.start, matching.end)
    if matching.templated:
        return labels.opened() if matching.kind == "on" else labels
    names = ", ".join(label.value for label in matching.labels)
    if matching.kind == "on":
        return labels.only(matching.names, _gone(f"`on ({names})` keeps {_listed(matching)}", place))
    return labels.without(matching.names, _gone(f"`ignoring ({names})` drops {_listed(matching)}", place))


# Selectors.


def _matched(selector: Selector) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for matcher in selector.matchers:
        fact = _of_matcher(matcher)
        if fact is not None and not (matcher.label.value in facts and facts[matcher.label.value].value is not None):
            facts[matcher.label.value] = fact
    if selector.name is not None:
        value = None if selector.name.templated else selector.name.value
        place = (selector.name.start, selector.name.end)
        facts["__name__"] = Fact(Presence.GUARANTEED, "it is the metric's name", place, value)
    return facts


def _of_matcher(matcher: Matcher) -> Fact | None:
    if matcher.label.templated or matcher.value.templated:
        return None
    place, value = (matcher.start, matcher.end), matcher.value.value
    spelling = f'`{matcher.label.value}{matcher.op.value}"{value}"`'
    if matcher.op.value == "=" and value == "":
        return Fact(Presence.IMPOSSIBLE, f"{spelling} selects series without it", place)
    if matches_empty(matcher):
        return None
    return Fact(Presence.GUARANTEED, f"{spelling} asks for it", place, value if matcher.op.value == "=" else None)


def _stored(selector: Selector, labels: Labels, recorded: Recorded) -> Labels:
    """The labels of a recorded series, as somebody who reads it sees them: places are those of the reader."""
    place, prefix = (selector.start, selector.end), f"recording `{selector.metric}`: "
    seen = {name: Fact(fact.presence, prefix + fact.why, place, fact.value) for name, fact in labels.named.items()}
    rest = Fact(labels.rest.presence, prefix + labels.rest.why, place)
    added = {
        name: Fact(Presence.GUARANTEED if value else Presence.IMPOSSIBLE, f"{prefix}its rule sets it", place, value)
        for name, value in recorded.labels.items()
    }
    name = Fact(Presence.GUARANTEED, "it is the metric's name", place, selector.metric)
    return Labels({**seen, **added, "__name__": name}, rest)


# Functions.


def _absent(call: Call, place: Place) -> Branch:
    inner = unwrap(call.args[0])
    inner = inner.selector if isinstance(inner, Matrix) else inner
    facts: dict[str, Fact] = {}
    if isinstance(inner, Selector):
        equal = [matcher for matcher in inner.matchers if matcher.op.value == "=" and matcher.value.value]
        names = [matcher.label.value for matcher in inner.matchers]
        for matcher in equal:
            fact = _of_matcher(matcher) or UNKNOWN
            if names.count(matcher.label.value) == 1 and matcher.label.value != "__name__":
                facts[matcher.label.value] = fact
    rest = _gone(f"`{call.name.value}` returns only what its `=` matchers say", (call.name.start, call.name.end))
    if isinstance(inner, Selector) and inner.partial:
        rest = UNKNOWN
    return Branch(Labels(facts, rest), place, value=1.0, condition=Condition("absent", None, place))


def _relabelled(call: Call, labels: Labels) -> Labels:
    name, place = call.name.value, (call.name.start, call.name.end)
    if name not in _KEEP_NAME and name not in ("label_replace", "label_join"):
        labels = labels.without(("__name__",), _gone(f"`{name}` drops the metric's name", place))
    match name:
        case "histogram_quantile":
            return labels.without(("le",), _gone("`histogram_quantile` consumes `le`", place))
        case "histogram_quantiles":
            labels = labels.without(("le",), _gone("`histogram_quantiles` consumes `le`", place))
            target = call.args[1]
            return _set(labels, target, Fact(Presence.GUARANTEED, "`histogram_quantiles` sets it", place))
        case "label_replace":
            return _set(labels, call.args[1], _replaced(call, labels))
        case "label_join":
            return _set(labels, call.args[1], _label_joined(call, labels))
        case "info":
            return labels.opened()
        case _:
            return labels


def _set(labels: Labels, target: Expr, fact: Fact) -> Labels:
    """A label set to what a fact says; where its name is a variable, any label may have been set."""
    if not isinstance(target, StringLiteral) or "$" in target.value:
        return labels.opened()
    return labels.set({target.value: fact})


def _replaced(call: Call, labels: Labels) -> Fact:
    """`label_replace` sets its target only where the pattern matches, and removes it where the result is empty."""
    target, replacement, source, pattern = (
        arg.value if isinstance(arg, StringLiteral) else "" for arg in call.args[1:]
    )
    place, before = (call.start, call.end), labels[target]
    whole = pattern in (".*", "(.*)", "", ".*|", "(.+|)")
    literal = "$" not in replacement
    if whole and literal:
        presence = Presence.GUARANTEED if replacement else Presence.IMPOSSIBLE
        return Fact(presence, "`label_replace` sets it", place, replacement or None)
    keeps_text = replacement.replace("${1}", "").replace("$1", "") != "" and not literal
    filled = keeps_text or (literal and replacement != "")
    copied = labels[source].guaranteed and pattern in ("(.*)", "(.+)") and replacement in ("$1", "${1}")
    if copied or (filled and (before.guaranteed or whole)):
        return Fact(Presence.GUARANTEED, "`label_replace` sets it", place)
    return Fact(Presence.POSSIBLE, "`label_replace` sets it where its pattern matches", place)


def _label_joined(call: Call, labels: Labels) -> Fact:
    place = (call.start, call.end)
    separator, *sources = (arg.value if isinstance(arg, StringLiteral) else "" for arg in call.args[2:])
    certain = (separator and len(sources) > 1) or any(labels[source].guaranteed for source in sources)
    return Fact(Presence.GUARANTEED if certain else Presence.POSSIBLE, "`label_join` sets it", place)


def _aggregated(aggregation: Aggregation, branch: Branch) -> Branch:
    op, clause = aggregation.op.value, aggregation.grouping
    place = (aggregation.start, aggregation.end)
    if op in _SELECTING:
        return replace(branch, at=place, always=False)
    labels = branch.labels
    if clause is None:
        spot = (aggregation.op.start, aggregation.op.end)
        labels = labels.only((), _gone(f"`{op}` keeps no labels", spot))
    elif clause.kind == "by":
        spot = (clause.start, clause.end)
        otherwise = UNKNOWN if clause.templated else _gone(f"`{op} {_spelt(clause)}` keeps {_listed(clause)}", spot)
        labels = labels.only(clause.names, otherwise)
    else:
        spot = (clause.start, clause.end)
        labels = labels.without(clause.names | {"__name__"}, _gone(f"`{op} {_spelt(clause)}` drops it", spot))
    if op == "count_values":
        fact = Fact(Presence.GUARANTEED, "`count_values` sets it", place)
        labels = _set(labels, aggregation.param or aggregation, fact)
    if aggregation.op.templated:
        # It may be `topk`, which keeps every label.
        labels = branch.labels.opened()
    value = branch.value if op in ("sum", "avg", "min", "max") and branch.labels.none else None
    return replace(branch, labels=labels, at=place, value=value)


def _signed(unary: Unary, branch: Branch) -> Branch:
    if unary.op.value == "+":
        return branch
    labels = branch.labels.without(
        ("__name__",), _gone("a sign drops the metric's name", (unary.start, unary.start + 1))
    )
    value = None if branch.value is None else -branch.value
    return replace(branch, labels=labels, at=(unary.start, unary.end), value=value)


def _scalar(expr: Expr, value: float | None) -> Branch:
    place = (expr.start, expr.end)
    return Branch(Labels({}, _gone("a number has no labels", place)), place, always=True, value=value)


def _gone(why: str, at: Place) -> Fact:
    return Fact(Presence.IMPOSSIBLE, why, at)


def _spot(binary: Binary) -> Place:
    return (binary.op.start, binary.op.end)


def _spelt(clause: Clause) -> str:
    return f"{clause.kind} ({', '.join(label.value for label in clause.labels)})"


def _listed(clause: Clause) -> str:
    names = [f"`{label.value}`" for label in clause.labels]
    keeps = "only " if clause.kind in ("by", "on") else ""
    return keeps + " and ".join(names) if names else "no labels"
