"""Where what a change took away is still asked for: the words of queries, and what names it outside of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import promql
from ..finding import Location
from ..nodes import Loss, Query
from ..region import Position, Region
from .dependents import Dependent, Impact, Kind

_COMPARISONS = frozenset({"==", "!=", ">", ">=", "<", "<="})


def breaks(impacts: Iterable[Impact]) -> Iterator[Loss]:
    """
    The places that a change breaks.

    Where alerts are sent is not among them: a route that leads elsewhere is what somebody wanted.
    """
    for impact in impacts:
        for dependent in impact.dependents if impact.kind is not Kind.RECEIVER else ():
            at = _place(dependent, impact)
            if at is not None:
                yield _loss(impact, dependent, at)


def _loss(impact: Impact, dependent: Dependent, at: Location) -> Loss:
    region = at.region or Region(Position(1, 1), Position(1, 1))
    return Loss(
        at=at,
        lines=(region.start.line, region.end.line),
        thing=f"{impact.kind} `{impact.name}`",
        why=dependent.why,
        fate=None if impact.gone else impact.change,
        made=impact.made,
        now=impact.now,
        silences=dependent.query is not None and impact.gone,
    )


def _place(dependent: Dependent, impact: Impact) -> Location | None:
    """Where it asks; None where it does not ask for what the thing has lost."""
    query, otherwise = dependent.query, dependent.at if impact.gone else None
    if query is None:
        return otherwise
    spelt = frozenset(_plain(word) for word in impact.spelt)
    word = next((word for word in _words(query) if not spelt.isdisjoint(map(_plain, _alternatives(word)))), None)
    return query.place(query.text, word.start, word.end) if word is not None else otherwise


def _words(query: Query) -> Iterator[promql.Word]:
    """The names, labels, values and limits in a query."""
    for part in promql.parse(query.text.value).find(promql.Expr):
        match part:
            case promql.Selector():
                yield from [part.name] if part.name is not None else []
                for matcher in part.matchers:
                    yield from (matcher.label, matcher.value)
            case promql.Aggregation(grouping=promql.Clause() as clause):
                yield from clause.labels
            case promql.Binary() if part.op.value in _COMPARISONS:
                for side in (part.left, part.right):
                    limit = promql.constant(side)
                    if limit is not None:
                        yield promql.Word(f"{limit:g}", side.start, side.end)


def _alternatives(word: promql.Word) -> list[str]:
    """What a word may stand for: a pattern names several values."""
    return word.value.split("|")


def _plain(word: str) -> str:
    """A number as it is written without care: `0.30` is 0.3."""
    try:
        return f"{float(word):g}"
    except ValueError:
        return word
