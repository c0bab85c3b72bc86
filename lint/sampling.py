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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise, product
from math import inf, prod
from typing import TypeGuard

from .re2 import Regex, regex

__all__ = ["TYPES", "UNKNOWN", "Policy", "Rate", "Traffic", "Unknown", "mix", "percent", "simulate", "simulate_mix"]


class Unknown(Enum):
    """A setting that is filled in elsewhere, as `${env:PERCENT}` is; or an attribute that may be anything."""

    UNKNOWN = auto()


UNKNOWN = Unknown.UNKNOWN
Scalar = str | float | bool
Value = Scalar | Unknown | tuple[str | Unknown, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: its type, the settings of the block of that type, and the policies inside it."""

    type: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    parts: tuple[Policy, ...] = ()
    allocations: Mapping[int, float] | None = None
    """Of a composite policy, the percentage of each part by its place; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """A class of traces: what is known of each of them."""

    name: str
    share: float
    status: frozenset[str] = frozenset()
    """Status codes that some span certainly has."""

    other_status: frozenset[str] = frozenset()
    """Status codes that some span may have besides."""

    latency: tuple[float, float] = (0.0, inf)
    """Milliseconds; any value between the two may occur."""

    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    open: re.Pattern[str] | None = None
    """Attributes of which nothing is known; all others that are not listed are absent."""


@dataclass(frozen=True, slots=True)
class Rate:
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
        outcomes = _outcomes(policies, _Case(traffic, dice), first_match)
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


# Decisions


class Decision(Enum):
    """What a policy says of a trace."""

    SAMPLED = auto()
    NOT_SAMPLED = auto()
    INVERT_SAMPLED = auto()
    INVERT_NOT_SAMPLED = auto()
    DROPPED = auto()


Decisions = frozenset[Decision]
_YES = frozenset({Decision.SAMPLED})
_NO = frozenset({Decision.NOT_SAMPLED})
_EITHER = _YES | _NO
_REFUSALS = frozenset({Decision.NOT_SAMPLED, Decision.INVERT_NOT_SAMPLED})


@dataclass(frozen=True, slots=True)
class _Case:
    """Traces of a class whose hashes are alike; a salt that is not listed was not thrown."""

    traffic: Traffic
    dice: Mapping[str, float]


def _outcomes(policies: Sequence[Policy], case: _Case, first_match: bool) -> set[bool]:
    """Whether traces are kept: both where it depends on what is not known."""
    outcomes: set[bool] = set()
    states: set[Decisions] = {frozenset()}
    for policy in policies:
        after: set[Decisions] = set()
        for state, decision in product(states, _decide(policy, case)):
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


def _decide(policy: Policy, case: _Case) -> Decisions:
    decide = _DECIDE.get(policy.type)
    return decide(policy, case) if decide is not None else _EITHER


# Chance


_MOST_THROWS = 2048


def _throws(policies: Sequence[Policy]) -> Iterator[tuple[float, dict[str, float]]]:
    """
    Ranges of hashes that no policy tells apart, by salt: how likely each is, and a hash of it.

    Two policies with one salt see one hash: 10 % and 10 % keep the same tenth of the traces.
    """
    borders: dict[str, set[float]] = {}
    for policy in _walk(policies):
        salt, share = policy.settings.get("hash_salt", ""), _share(policy)
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


def _share(policy: Policy) -> float | Unknown:
    given = policy.settings.get("sampling_percentage", 0.0)
    return min(1.0, max(0.0, given / 100)) if _is_number(given) else UNKNOWN


def _probabilistic(policy: Policy, case: _Case) -> Decisions:
    share, salt = _share(policy), policy.settings.get("hash_salt", "")
    if isinstance(share, Unknown) or (0 < share < 1 and (not isinstance(salt, str) or salt not in case.dice)):
        return _EITHER
    if share in (0.0, 1.0):
        return _YES if share else _NO
    return _YES if case.dice[str(salt)] < share else _NO


# What policies look at


def _latency(policy: Policy, case: _Case) -> Decisions:
    threshold, upper = policy.settings.get("threshold_ms", 0.0), policy.settings.get("upper_threshold_ms", 0.0)
    if not _is_number(threshold) or not _is_number(upper):
        return _EITHER
    low, high = case.traffic.latency
    if not upper:
        return _certain(low >= threshold, high >= threshold)
    return _certain(low > threshold and high <= upper, high > threshold and low <= upper)


def _status_code(policy: Policy, case: _Case) -> Decisions:
    codes = policy.settings.get("status_codes", ())
    if not isinstance(codes, tuple) or UNKNOWN in codes:
        return _EITHER
    wanted = set(codes)
    certain = bool(wanted & case.traffic.status)
    return _certain(certain, certain or bool(wanted & case.traffic.other_status))


def _string_attribute(policy: Policy, case: _Case) -> Decisions:
    value = _attribute(policy, case)
    patterns = policy.settings.get("values", ())
    if value is None or patterns == ():
        return _matched(False, policy)
    by_regex = policy.settings.get("enabled_regex_matching", False)
    if not isinstance(value, str) or not isinstance(patterns, tuple) or UNKNOWN in patterns or by_regex is UNKNOWN:
        return _matched(None, policy)
    if by_regex is not True:
        return _matched(value in patterns, policy)
    found = [_found(str(pattern), value) for pattern in patterns]
    return _matched(True if True in found else None if None in found else False, policy)


def _found(pattern: str, value: str) -> bool | None:
    """Whether a pattern occurs in a value, as `regexp.MatchString` says; None where it cannot be told here."""
    automaton = regex(f"(?:.*)(?:{pattern})(?:.*)")
    return automaton.matches(value) if isinstance(automaton, Regex) else None


def _numeric_attribute(policy: Policy, case: _Case) -> Decisions:
    value = _attribute(policy, case)
    if value is None:
        return _matched(False, policy)
    least, most = policy.settings.get("min_value"), policy.settings.get("max_value")
    if not _is_number(value) or not all(bound is None or _is_number(bound) for bound in (least, most)):
        return _matched(None, policy)
    # Older releases take a bound that is not given for 0, newer ones for none.
    readings = {
        (least if _is_number(least) else gap) <= value <= (most if _is_number(most) else ceiling)
        for gap, ceiling in ((0.0, 0.0), (-inf, inf))
    }
    return _matched(readings.pop() if len(readings) == 1 else None, policy)


def _boolean_attribute(policy: Policy, case: _Case) -> Decisions:
    value, wanted = _attribute(policy, case), policy.settings.get("value", False)
    if value is None:
        return _matched(False, policy)
    return _matched(value is wanted if isinstance(value, bool) and isinstance(wanted, bool) else None, policy)


def _attribute(policy: Policy, case: _Case) -> Scalar | Unknown | None:
    """The value of the attribute that a policy looks at; None where the traces have none."""
    key, traffic = policy.settings.get("key", ""), case.traffic
    if not isinstance(key, str):
        return UNKNOWN
    if key in traffic.attributes:
        return traffic.attributes[key]
    return UNKNOWN if traffic.open is not None and traffic.open.search(key) else None


def _matched(matches: bool | None, policy: Policy) -> Decisions:
    """A decision of a policy that may be inverted; None where it is not known whether it matches."""
    inverted = policy.settings.get("invert_match", False)
    plain, opposite = _EITHER, frozenset({Decision.INVERT_SAMPLED, Decision.INVERT_NOT_SAMPLED})
    if matches is not None:
        plain = _YES if matches else _NO
        opposite = frozenset({Decision.INVERT_NOT_SAMPLED if matches else Decision.INVERT_SAMPLED})
    if inverted is UNKNOWN:
        return plain | opposite
    return opposite if inverted is True else plain


def _limit(setting: str) -> Callable[[Policy, _Case], Decisions]:
    """A budget that other traces use up, too: who gets through is not known, unless there is none."""

    def decide(policy: Policy, case: _Case) -> Decisions:
        limit = policy.settings.get(setting, 0.0)
        return _NO if _is_number(limit) and limit <= 0 else _EITHER

    return decide


# Policies of policies


def _all_agree(yes: Decision) -> Callable[[Policy, _Case], Decisions]:
    """`yes` where no part refuses; without parts nobody does."""

    def decide(policy: Policy, case: _Case) -> Decisions:
        said = [_decide(part, case) for part in policy.parts]
        refused = any(decisions & _REFUSALS for decisions in said)
        agreed = all(decisions - _REFUSALS for decisions in said)
        return frozenset({Decision.NOT_SAMPLED} if refused else ()) | frozenset({yes} if agreed else ())

    return decide


_OPPOSITE = {Decision.SAMPLED: Decision.NOT_SAMPLED, Decision.NOT_SAMPLED: Decision.SAMPLED}


def _not(policy: Policy, case: _Case) -> Decisions:
    if not policy.parts:
        return _EITHER
    return frozenset(_OPPOSITE.get(decision, decision) for decision in _decide(policy.parts[0], case))


def _composite(policy: Policy, case: _Case) -> Decisions:
    """The first part that wants the trace decides: within its budget, or not at all."""
    total = policy.settings.get("max_total_spans_per_second", 0.0)
    said: Decisions = frozenset()
    for index, part in enumerate(policy.parts):
        decisions = _decide(part, case)
        if decisions - _REFUSALS:
            allowed = policy.allocations.get(index, 0.0) if policy.allocations is not None else UNKNOWN
            empty = (_is_number(total) and total <= 0) or (_is_number(allowed) and allowed <= 0)
            said |= _NO if empty else _EITHER
        if not decisions & _REFUSALS:
            return said
    return said | _NO


def _certain(certainly: bool, possibly: bool) -> Decisions:
    return _YES if certainly else _EITHER if possibly else _NO


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


_DECIDE: dict[str, Callable[[Policy, _Case], Decisions]] = {
    "always_sample": lambda policy, case: _YES,
    "latency": _latency,
    "numeric_attribute": _numeric_attribute,
    "probabilistic": _probabilistic,
    "status_code": _status_code,
    "string_attribute": _string_attribute,
    "boolean_attribute": _boolean_attribute,
    "trace_state": lambda policy, case: _EITHER,
    "trace_flags": lambda policy, case: _EITHER,
    "span_count": lambda policy, case: _EITHER,
    "ottl_condition": lambda policy, case: _EITHER,
    "rate_limiting": _limit("spans_per_second"),
    "bytes_limiting": _limit("bytes_per_second"),
    "and": _all_agree(Decision.SAMPLED),
    "drop": _all_agree(Decision.DROPPED),
    "not": _not,
    "composite": _composite,
}
TYPES = frozenset(_DECIDE)
"""The types of policies that are known."""
