"""What each construct of PromQL does to labels."""

from __future__ import annotations

from collections.abc import Mapping

from ..grammar import Clause, Matcher
from ..record import Record
from .check import COMPARISONS, matches_empty
from .labels import UNKNOWN, Fact, Labels, Place, Presence
from .syntax import Aggregation, Binary, Call, Expr, Selector, StringLiteral

SELECTING = frozenset({"bottomk", "limit_ratio", "limitk", "topk"})
"""Aggregations that choose series and leave them as they are."""

_KEEP_NAME = frozenset(
    {"first_over_time", "info", "last_over_time", "sort", "sort_by_label", "sort_by_label_desc", "sort_desc"}
)


class Recorded(Record):
    """What a recording stores: the expression, and the labels that the rule adds."""

    expr: Expr
    labels: Mapping[str, str]


def matched(selector: Selector) -> dict[str, Fact]:
    """What a selector says of its labels."""
    facts: dict[str, Fact] = {}
    for matcher in selector.matchers:
        fact = of_matcher(matcher)
        if fact is not None and not (matcher.label.value in facts and facts[matcher.label.value].value is not None):
            facts[matcher.label.value] = fact
    if selector.name is not None:
        value = None if selector.name.templated else selector.name.value
        place = (selector.name.start, selector.name.end)
        facts["__name__"] = Fact(Presence.GUARANTEED, "it is the metric's name", place, value)
    return facts


def of_matcher(matcher: Matcher) -> Fact | None:
    """What a matcher says of its label; None where that may be there or not."""
    if matcher.label.templated or matcher.value.templated:
        return None
    place, value = (matcher.start, matcher.end), matcher.value.value
    spelling = f'`{matcher.label.value}{matcher.op.value}"{value}"`'
    if matcher.op.value == "=" and value == "":
        return Fact(Presence.IMPOSSIBLE, f"{spelling} selects series without it", place)
    if matches_empty(matcher):
        return None
    return Fact(Presence.GUARANTEED, f"{spelling} asks for it", place, value if matcher.op.value == "=" else None)


def stored(selector: Selector, labels: Labels, recorded: Recorded) -> Labels:
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


def relabelled(call: Call, labels: Labels) -> Labels:
    """The labels that a function leaves."""
    name, place = call.name.value, (call.name.start, call.name.end)
    if name not in _KEEP_NAME and name not in ("label_replace", "label_join"):
        labels = labels.without(("__name__",), gone(f"`{name}` drops the metric's name", place))
    match name:
        case "histogram_quantile":
            return labels.without(("le",), gone("`histogram_quantile` consumes `le`", place))
        case "histogram_quantiles":
            labels = labels.without(("le",), gone("`histogram_quantiles` consumes `le`", place))
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


def aggregated(aggregation: Aggregation, labels: Labels) -> Labels:
    """The labels that an aggregation leaves."""
    op, clause = aggregation.op.value, aggregation.grouping
    if op in SELECTING:
        return labels
    if aggregation.op.templated:
        # It may be `topk`, which keeps every label.
        return labels.opened()
    if clause is None:
        left = labels.only((), gone(f"`{op}` keeps no labels", (aggregation.op.start, aggregation.op.end)))
    elif clause.kind == "by":
        why = f"`{op} {_spelt(clause)}` keeps {_listed(clause)}"
        left = labels.only(clause.names, UNKNOWN if clause.templated else gone(why, (clause.start, clause.end)))
    else:
        why = f"`{op} {_spelt(clause)}` drops it"
        left = labels.without(clause.names | {"__name__"}, gone(why, (clause.start, clause.end)))
    if op == "count_values" and aggregation.param is not None:
        fact = Fact(Presence.GUARANTEED, "`count_values` sets it", (aggregation.start, aggregation.end))
        return _set(left, aggregation.param, fact)
    return left


def clause_of(clause: Clause | None) -> dict[str, frozenset[str]]:
    """What a join matches on, as `Labels.matched` takes it; a variable in the clause may stand for anything."""
    if clause is None:
        return {}
    if clause.templated:
        return {"on": frozenset()}
    return {clause.kind: clause.names}


def joined(binary: Binary, left: Labels, right: Labels) -> Labels:
    """The labels of what an operation between two vectors returns."""
    matching, group = binary.matching, binary.group
    if binary.fills:
        left = right = left.either(right)
    matched = {} if binary.fills else clause_of(matching)
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
    return joined.without(("__name__",), gone(f"`{binary.op.value}` drops the metric's name", spot(binary)))


def _narrowed(labels: Labels, matching: Clause | None) -> Labels:
    """What is left of the labels of a one-to-one join."""
    if matching is None:
        return labels
    place = (matching.start, matching.end)
    if matching.templated:
        return labels.opened() if matching.kind == "on" else labels
    names = ", ".join(label.value for label in matching.labels)
    if matching.kind == "on":
        return labels.only(matching.names, gone(f"`on ({names})` keeps {_listed(matching)}", place))
    return labels.without(matching.names, gone(f"`ignoring ({names})` drops {_listed(matching)}", place))


def gone(why: str, at: Place) -> Fact:
    """The fact that a label is not there."""
    return Fact(Presence.IMPOSSIBLE, why, at)


def spot(binary: Binary) -> Place:
    """Where the operator stands."""
    return (binary.op.start, binary.op.end)


def _spelt(clause: Clause) -> str:
    return f"{clause.kind} ({', '.join(label.value for label in clause.labels)})"


def _listed(clause: Clause) -> str:
    names = [f"`{label.value}`" for label in clause.labels]
    keeps = "only " if clause.kind in ("by", "on") else ""
    return keeps + " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "no labels"
