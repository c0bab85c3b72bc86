"""Which suppression hides which finding, and what became of each suppression."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date

from .finding import Finding
from .nodes import Node, Suppression, SuppressionUse
from .record import replace


class Suppressions:
    """The suppressions of a run. Remembers which of their rules had something to hide."""

    def __init__(self, suppressions: Sequence[Suppression], today: date) -> None:
        self._all = suppressions
        self._today = today
        self._by_source: defaultdict[str, list[Suppression]] = defaultdict(list)
        self._used: set[tuple[int, str]] = set()
        for suppression in suppressions:
            if suppression.problem is None and not self._is_expired(suppression):
                for source in _sources(suppression):
                    self._by_source[source].append(suppression)

    def hides(self, finding: Finding) -> Suppression | None:
        """The suppression that covers the finding, if any; then its entry is used."""
        hiding = [own for own in self._by_source.get(finding.at.source, ()) if _covers(own, finding)]
        self._used.update((id(own), finding.rule) for own in hiding)
        return hiding[0] if hiding else None

    def uses(self, judged: Callable[[str, str], bool], known: Collection[str]) -> Iterator[SuppressionUse]:
        """
        What became of each well-formed suppression.

        Only a rule that judged the source can be unused there: a rule that was off or raised, or a
        file that could not be parsed, leaves open what the suppression would have hidden.
        """
        for own in self._all:
            if own.problem is not None:
                continue
            expired = self._is_expired(own)
            unknown = tuple(rule for rule in own.rules if rule not in known)
            unused = tuple(
                rule
                for rule in own.rules
                if not expired
                and (id(own), rule) not in self._used
                and all(judged(rule, source) for source in _sources(own))
            )
            if expired or unknown or unused:
                nearest = tuple((rule, match) for rule in unknown for match in _nearest(rule, known))
                yield SuppressionUse(
                    at=own.at,
                    lines=own.lines,
                    suppression=own,
                    unused=unused,
                    unknown=unknown,
                    expired=expired,
                    suggestions=nearest,
                )

    def _is_expired(self, suppression: Suppression) -> bool:
        return suppression.until is not None and suppression.until < self._today


def widen(nodes: Iterable[Node]) -> list[Suppression]:
    """The suppressions among a file's nodes; one that stands alone covers the node that begins below it, whole."""
    ends: dict[int, int] = {}
    suppressions: list[Suppression] = []
    for node in nodes:
        if isinstance(node, Suppression):
            suppressions.append(node)
        else:
            first, last = node.lines
            ends[first] = max(last, ends.get(first, last))
    return [
        replace(own, covers=(own.covers[0], ends.get(own.covers[0], own.covers[1]))) if own.alone else own
        for own in suppressions
    ]


def _sources(suppression: Suppression) -> Iterator[str]:
    if suppression.elsewhere is None:
        yield suppression.at.source
    else:
        yield from (source for source, _ in suppression.elsewhere)


def _covers(suppression: Suppression, finding: Finding) -> bool:
    if finding.rule not in suppression.rules or finding.at.region is None:
        return False
    if suppression.elsewhere is not None:
        regions = dict(suppression.elsewhere)[finding.at.source]
        return regions is None or any(finding.at.region in region for region in regions)
    first, last = suppression.covers
    return first <= finding.at.region.end.line and finding.at.region.start.line <= last


def _nearest(rule: str, known: Collection[str]) -> list[str]:
    return difflib.get_close_matches(rule, sorted(known), n=1, cutoff=0.6)
