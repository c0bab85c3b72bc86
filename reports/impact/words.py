"""What all reporters of an impact say alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ...lint.chain.dependents import Dependent, Impact
from ..wording import line_of

_PLURALS = {"query": "queries"}


def below(dependents: Iterable[Dependent]) -> Iterator[Dependent]:
    """All dependents, outermost first."""
    for one in dependents:
        yield one
        yield from below(one.below)


def summary(impact: Impact) -> str:
    """How many things of each kind depend on it, each once."""
    things = {(one.kind, one.name, line_of(one.at)) for one in below(impact.dependents)}
    verb = "still depend" if impact.gone else "depend"
    counts = Counter(kind for kind, _, _ in things)
    if not counts:
        return f"nothing depends on {impact.kind} {impact.name}"
    parts = [
        f"{count} {kind if count == 1 else _PLURALS.get(kind, f'{kind}s')}" for kind, count in sorted(counts.items())
    ]
    return f"{', '.join(parts)} {verb}{'s' if len(things) == 1 else ''} on {impact.kind} {impact.name}"


def fate(impact: Impact) -> str | None:
    """What a change did to it; None where it is as it was."""
    if not impact.gone:
        return impact.change
    return f"is gone: renamed to `{impact.now}`, as it seems" if impact.now is not None else "is gone"
