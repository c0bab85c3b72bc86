"""What the policies of `tail_sampling` say of a trace, one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum, auto
from math import inf
from typing import TypeGuard

from ..re2 import Regex, regex
from ..record import Record, field


class Unknown(Enum):
    """A setting that is filled in elsewhere, as `${env:PERCENT}` is; or an attribute that may be anything."""

    UNKNOWN = auto()


UNKNOWN = Unknown.UNKNOWN
Scalar = str | float | bool
Value = Scalar | Unknown | tuple[str | Unknown, ...]


class Policy(Record):
    """A policy: its type, the settings of the block of that type, and the policies inside it."""

    type: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    parts: tuple[Policy, ...] = ()
    allocations: Mapping[int, float] | None = None
    """Of a composite policy, the percentage of each part by its place; None where it is not known."""


class Traffic(Record):
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


class Case(Record):
    """Traces of a class whose hashes are alike; a salt that is not listed was not thrown."""

    traffic: Traffic
    dice: Mapping[str, float]


def decide(policy: Policy, case: Case) -> Decisions:
    """All that a policy may say of a trace; of a type that is not known, either."""
    said = _DECIDE.get(policy.type)
    return said(policy, case) if said is not None else _EITHER


def share_of(policy: Policy) -> float | Unknown:
    """The share of the traces that a probabilistic policy keeps."""
    given = policy.settings.get("sampling_percentage", 0.0)
    return min(1.0, max(0.0, given / 100)) if _is_number(given) else UNKNOWN


def _probabilistic(policy: Policy, case: Case) -> Decisions:
    share, salt = share_of(policy), policy.settings.get("hash_salt", "")
    if isinstance(share, Unknown) or (0 < share < 1 and (not isinstance(salt, str) or salt not in case.dice)):
        return _EITHER
    if share in (0.0, 1.0):
        return _YES if share else _NO
    return _YES if case.dice[str(salt)] < share else _NO


# What policies look at


def _latency(policy: Policy, case: Case) -> Decisions:
    threshold, upper = policy.settings.get("threshold_ms", 0.0), policy.settings.get("upper_threshold_ms", 0.0)
    if not _is_number(threshold) or not _is_number(upper):
        return _EITHER
    low, high = case.traffic.latency
    if not upper:
        return _certain(low >= threshold, high >= threshold)
    return _certain(low > threshold and high <= upper, high > threshold and low <= upper)


def _status_code(policy: Policy, case: Case) -> Decisions:
    codes = policy.settings.get("status_codes", ())
    if not isinstance(codes, tuple) or UNKNOWN in codes:
        return _EITHER
    wanted = set(codes)
    certain = bool(wanted & case.traffic.status)
    return _certain(certain, certain or bool(wanted & case.traffic.other_status))


def _string_attribute(policy: Policy, case: Case) -> Decisions:
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


def _numeric_attribute(policy: Policy, case: Case) -> Decisions:
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


def _boolean_attribute(policy: Policy, case: Case) -> Decisions:
    value, wanted = _attribute(policy, case), policy.settings.get("value", False)
    if value is None:
        return _matched(False, policy)
    return _matched(value is wanted if isinstance(value, bool) and isinstance(wanted, bool) else None, policy)


def _attribute(policy: Policy, case: Case) -> Scalar | Unknown | None:
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


def _limit(setting: str) -> Callable[[Policy, Case], Decisions]:
    """A budget that other traces use up, too: who gets through is not known, unless there is none."""

    def say(policy: Policy, case: Case) -> Decisions:
        limit = policy.settings.get(setting, 0.0)
        return _NO if _is_number(limit) and limit <= 0 else _EITHER

    return say


# Policies of policies


def _all_agree(yes: Decision) -> Callable[[Policy, Case], Decisions]:
    """`yes` where no part refuses; without parts nobody does."""

    def say(policy: Policy, case: Case) -> Decisions:
        said = [decide(part, case) for part in policy.parts]
        refused = any(decisions & _REFUSALS for decisions in said)
        agreed = all(decisions - _REFUSALS for decisions in said)
        return frozenset({Decision.NOT_SAMPLED} if refused else ()) | frozenset({yes} if agreed else ())

    return say


_OPPOSITE = {Decision.SAMPLED: Decision.NOT_SAMPLED, Decision.NOT_SAMPLED: Decision.SAMPLED}


def _not(policy: Policy, case: Case) -> Decisions:
    if not policy.parts:
        return _EITHER
    return frozenset(_OPPOSITE.get(decision, decision) for decision in decide(policy.parts[0], case))


def _composite(policy: Policy, case: Case) -> Decisions:
    """The first part that wants the trace decides: within its budget, or not at all."""
    total = policy.settings.get("max_total_spans_per_second", 0.0)
    said: Decisions = frozenset()
    for index, part in enumerate(policy.parts):
        decisions = decide(part, case)
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


_DECIDE: dict[str, Callable[[Policy, Case], Decisions]] = {
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
