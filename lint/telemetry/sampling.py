"""
What tail sampling keeps: a small simulator of the collector's `tail_sampling` policies.

Traffic is a mix of classes, of each of which some things are known: its share, its status, how long its
traces take, some attributes. What is not known (an attribute, an OTTL condition, a rate limit) may go
either way, so the answer for a class is a rate between `least` and `most`: a rule that reports only what
holds in every case reports nothing that is merely unknown.

Semantics as in
github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product
from math import inf, prod

from ..record import Record
from .sampling_policies import (
    TYPES,
    UNKNOWN,
    Case,
    Decision,
    Decisions,
    Policy,
    Traffic,
    Unknown,
    Value,
    decide,
    share_of,
)

__all__ = [
    "TYPES",
    "UNKNOWN",
    "Policy",
    "Rate",
    "Traffic",
    "Unknown",
    "Value",
    "mix",
    "percent",
    "simulate",
    "simulate_mix",
]


class Rate(Record):
    """A share of traces that are kept, from 0 to 1: known to lie between the two."""

    least: float
    most: float

    def __str__(self) -> str:
        return percent(self.least) if percent(self.least) == percent(self.most) else _between(self)


def _between(rate: Rate) -> str:
    return f"{percent(rate.least)} to {percent(rate.most)}"


def percent(share: float) -> str:
    """A share as people write it: `12.7 %`."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


_ABOUT_ERRORS = re.compile(r"err|exception|fail|fault|status|code|level|severity|crash|panic", re.I)
_ABOUT_TIME = re.compile(r"slow|latenc|duration|elapsed|time|_ms$|took", re.I)


def mix(error_share: float = 1.0, slow_share: float = 2.0, slow_ms: float = 1000.0) -> tuple[Traffic, ...]:
    """
    The usual traffic: traces with an error, slow ones, and ordinary ones, in percent of all.

    Instrumentation sets the status of failed spans and leaves that of the others unset; what fails is as
    fast as what is ordinary, since the errors that are slow, too, are not those which get lost.
    """
    ordinary, fast = max(0.0, 100.0 - error_share - slow_share), (0.0, slow_ms / 2)
    return (
        Traffic("error", error_share, frozenset({"ERROR"}), frozenset({"OK", "UNSET"}), fast, open=_ABOUT_ERRORS),
        Traffic("slow", slow_share, frozenset({"UNSET"}), frozenset({"OK"}), (slow_ms, inf), open=_ABOUT_TIME),
        Traffic("ordinary", ordinary, frozenset({"UNSET"}), frozenset({"OK"}), fast),
    )


def simulate(policies: Sequence[Policy], traffic: Traffic, *, first_match: bool | Unknown = False) -> Rate:
    """The share of a class that is kept; `first_match` as in `sample_on_first_match`."""
    if isinstance(first_match, Unknown):
        either = [simulate(policies, traffic, first_match=guess) for guess in (False, True)]
        return Rate(min(rate.least for rate in either), max(rate.most for rate in either))
    least = most = 0.0
    for weight, dice in _throws(policies):
        outcomes = _outcomes(policies, Case(traffic, dice), first_match)
        least += weight * (outcomes == {True})
        most += weight * (True in outcomes)
    return Rate(least, most)


def simulate_mix(
    policies: Sequence[Policy], classes: Iterable[Traffic], *, first_match: bool | Unknown = False
) -> tuple[Rate, tuple[tuple[Traffic, Rate], ...]]:
    """The share of a whole mix that is kept, and that of each class."""
    each = tuple((traffic, simulate(policies, traffic, first_match=first_match)) for traffic in classes)
    total = sum(traffic.share for traffic, _ in each) or 1.0
    least = sum(traffic.share * rate.least for traffic, rate in each) / total
    most = sum(traffic.share * rate.most for traffic, rate in each) / total
    return Rate(least, most), each


def _outcomes(policies: Sequence[Policy], case: Case, first_match: bool) -> set[bool]:
    """Whether traces are kept: both where it depends on what is not known."""
    outcomes: set[bool] = set()
    states: set[Decisions] = {frozenset()}
    for policy in policies:
        after: set[Decisions] = set()
        for state, decision in product(states, decide(policy, case)):
            if decision is Decision.DROPPED:
                outcomes.add(False)
            elif first_match and decision is Decision.SAMPLED:
                outcomes.add(_verdict(state | {decision}))
            else:
                after.add(state | {decision})
        states = after
    return outcomes | {_verdict(state) for state in states}


def _verdict(said: Decisions) -> bool:
    """The precedence of decisions; a trace that was dropped never gets here."""
    if Decision.INVERT_NOT_SAMPLED in said:
        return False
    if Decision.SAMPLED in said:
        return True
    return Decision.INVERT_SAMPLED in said and Decision.NOT_SAMPLED not in said


# Chance


_MOST_THROWS = 2048


def _throws(policies: Sequence[Policy]) -> Iterator[tuple[float, dict[str, float]]]:
    """
    Ranges of hashes that no policy tells apart, by salt: how likely each is, and a hash of it.

    Two policies with one salt see one hash: 10 % and 10 % keep the same tenth of the traces.
    """
    borders: dict[str, set[float]] = {}
    for policy in _walk(policies):
        salt, share = policy.settings.get("hash_salt", ""), share_of(policy)
        if policy.type == "probabilistic" and isinstance(salt, str) and isinstance(share, float):
            borders.setdefault(salt, {0.0, 1.0}).add(share)
    salts = list(borders)
    ranges = [list(pairwise(sorted(borders[salt]))) for salt in salts]
    if prod(map(len, ranges)) > _MOST_THROWS:
        yield 1.0, {}
        return
    for chosen in product(*ranges):
        weight = prod(high - low for low, high in chosen)
        yield weight, {salt: (low + high) / 2 for salt, (low, high) in zip(salts, chosen, strict=True)}


def _walk(policies: Iterable[Policy]) -> Iterator[Policy]:
    for policy in policies:
        yield policy
        yield from _walk(policy.parts)
