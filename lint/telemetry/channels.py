"""Which ways of notifying a severity demands, and which it reaches."""

from __future__ import annotations

from collections.abc import Mapping

from ..nodes import AlertmanagerConfig, MatchOp
from ..record import Record
from .routes import Arrival, Labels, Step, arrivals, holds, walk

Policy = Mapping[str, tuple[str, ...]]
"""Severity → ways of notifying, each demanded; `pagerduty|opsgenie` is met by either."""

USUAL: Policy = {"critical": ("pagerduty", "slack"), "high": ("slack",)}
"""What holds where nothing is said, in a configuration that uses both ways and names the severity."""

_FORWARDING = frozenset({"webhook", "sns"})


def demands(config: AlertmanagerConfig, policy: Policy | None, label: str) -> Policy:
    """What each severity must reach in this configuration."""
    if policy is not None:
        return policy
    if config.route is None:
        return {}
    used = {route.target for route in config.route.walk()}
    kinds = {kind for receiver in config.receivers if receiver.name.value in used for kind in receiver.kinds}
    if not {"pagerduty", "slack"} <= kinds:
        return {}
    matchers = [matcher for route in config.route.walk() for matcher in route.matchers if matcher.label.value == label]
    positive = [matcher for matcher in matchers if matcher.op in (MatchOp.EQUAL, MatchOp.REGEX)]
    return {
        severity: wanted
        for severity, wanted in USUAL.items()
        if any(holds(matcher.op, matcher.value.value, severity) for matcher in positive)
    }


class Reach(Record):
    """
    How an alert may be notified: way → the receivers that do, and the walk that tells.

    `open` when it may reach a receiver that another file defines; `forwarded` when one passes notifications on.
    """

    kinds: Mapping[str, tuple[str, ...]]
    arrivals: tuple[Arrival, ...]
    walk: Step
    open: bool
    forwarded: bool

    def lacks(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """The demanded ways that none of the receivers offers."""
        return tuple(one for one in wanted if not any(kind in self.kinds for kind in one.split("|")))


def reach(config: AlertmanagerConfig, labels: Labels) -> Reach | None:
    """Every way in which an alert with such labels may be notified; None without a tree."""
    if config.route is None:
        return None
    step = walk(config.route, labels)
    reached = tuple(arrivals(step))
    kinds: dict[str, tuple[str, ...]] = {}
    unknown = False
    for arrival in reached:
        receiver = config.receiver(arrival.receiver)
        if receiver is None:
            unknown = True
            continue
        for kind in receiver.kinds:
            kinds[kind] = tuple(dict.fromkeys((*kinds.get(kind, ()), receiver.name.value)))
    return Reach(kinds, reached, step, unknown, not _FORWARDING.isdisjoint(kinds))
