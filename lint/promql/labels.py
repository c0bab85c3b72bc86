"""Which labels a result can carry, why, and which part of the query decided it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

from ..record import Record

Place = tuple[int, int]
"""Start and end offset of the fragment that decided something; (0, 0) where no fragment did."""


class Presence(IntEnum):
    """Whether a label is there."""

    IMPOSSIBLE = 0
    POSSIBLE = 1
    GUARANTEED = 2


class Fact(Record):
    """What is known of one label."""

    presence: Presence
    why: str
    """In words, to follow «because»: `` `sum by (job)` keeps only `job` ``."""

    at: Place
    value: str | None = None
    """Its value, where only one is possible."""

    @property
    def impossible(self) -> bool:
        """Whether the label is never there."""
        return self.presence is Presence.IMPOSSIBLE

    @property
    def guaranteed(self) -> bool:
        """Whether the label is always there, and not empty."""
        return self.presence is Presence.GUARANTEED


UNKNOWN = Fact(Presence.POSSIBLE, "nothing says otherwise", (0, 0))


def weaker(one: Fact, other: Fact) -> Fact:
    """What is known where either may hold."""
    if one.presence is other.presence:
        return one if one.value == other.value else Fact(one.presence, one.why, one.at)
    return UNKNOWN


def met(one: Fact, other: Fact) -> Fact:
    """What is known of a label on which two series have met: they agree, so the stronger one tells."""
    if one.impossible or other.impossible:
        return one if one.impossible else other
    if one.guaranteed and one.value is not None:
        return one
    return other if other.guaranteed else one


class Labels(Record):
    """The labels of a result: those that something is known of, and what holds for all the rest."""

    named: Mapping[str, Fact]
    rest: Fact = UNKNOWN

    def __getitem__(self, name: str) -> Fact:
        return self.named.get(name, self.rest)

    @property
    def closed(self) -> bool:
        """Whether only the named labels are possible."""
        return self.rest.impossible

    @property
    def none(self) -> bool:
        """Whether there are no labels at all."""
        return self.closed and all(fact.impossible for fact in self.named.values())

    def only(self, names: Iterable[str], otherwise: Fact) -> Labels:
        """These labels as they are; `otherwise` for the rest, unless a label was gone before."""
        kept = {name: self[name] for name in names}
        gone = {name: fact for name, fact in self.named.items() if fact.impossible and name not in kept}
        return Labels({**gone, **kept}, self.rest if self.rest.impossible else otherwise)

    def without(self, names: Iterable[str], fact: Fact) -> Labels:
        """All but these labels."""
        return self.set({name: fact for name in names if not self[name].impossible})

    def set(self, facts: Mapping[str, Fact]) -> Labels:
        """Other facts for some labels."""
        return Labels({**self.named, **facts}, self.rest) if facts else self

    def opened(self) -> Labels:
        """Where anything may have been added: nothing is impossible."""
        return Labels({name: fact for name, fact in self.named.items() if fact.guaranteed})

    def matched(self, other: Labels, *, on: Iterable[str] | None = None, ignoring: Iterable[str] = ()) -> Labels:
        """These labels, where a series has met one of `other` on the labels of the join."""
        if on is not None:
            return self.set({name: met(self[name], other[name]) for name in on})
        left_out = {"__name__", *ignoring}
        names = (self.named.keys() | other.named.keys()) - left_out
        facts = {name: met(self[name], other[name]) for name in names}
        own = {name: self[name] for name in left_out}
        return Labels({**own, **facts}, met(self.rest, other.rest))

    def either(self, other: Labels) -> Labels:
        """What is known where a series may be of this side or of the other."""
        names = self.named.keys() | other.named.keys()
        return Labels({name: weaker(self[name], other[name]) for name in names}, weaker(self.rest, other.rest))
