"""`collector/decision-wait-too-short`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Component
from ._policies import all_policies, is_tail_sampling
from ._values import number, seconds

_WAIT, _TRACES = 30.0, 50_000.0
_SLOW = "    policies: [{name: slow, type: latency, latency: {threshold_ms: 20000}}]\n"


class DecisionWaitTooShort(Rule):
    """
    Flags tail sampling that decides before the trace is there, or forgets it before it decides.

    **Why.**
    `decision_wait` runs from the first span.
    A trace that takes longer is judged by its beginning: a `latency` policy with a threshold above the wait hardly ever
    matches.
    Of more than `num_traces` traces in memory the oldest are thrown away undecided, and
    `expected_new_traces_per_sec` times `decision_wait` of them are in memory.
    A `decision_cache` that is no larger than `num_traces` forgets a decision before the last span has come, which is
    then decided upon anew.

    **Instead.**
    Wait longer than the longest trace that matters, and keep room for all that arrive meanwhile.
    """

    id = "collector/decision-wait-too-short"
    summary = "sampling decides too early, or forgets traces undecided"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        if not is_tail_sampling(component):
            return
        yield from self._latency(component)
        yield from self._memory(component)
        yield from self._cache(component)

    def _latency(self, component: Component) -> Iterator[Finding]:
        given = component.settings.text_at("decision_wait")
        wait = seconds(given) if given is not None else _WAIT
        for policy in all_policies(component) if wait is not None else ():
            threshold = policy.block.value.text_at("threshold_ms") if policy.block and policy.is_of("latency") else None
            least = number(threshold)
            if threshold is None or least is None or wait is None or least < wait * 1000:
                continue
            place = given if given is not None else threshold
            yield self.finding(
                f"`decision_wait` ends before a trace of {threshold.value} ms does: {policy.title} hardly ever matches",
                component.place(place),
                help=f"wait longer than {threshold.value} ms, or lower the threshold",
            )

    def _memory(self, component: Component) -> Iterator[Finding]:
        rate_at, most_at = (component.settings.text_at(key) for key in ("expected_new_traces_per_sec", "num_traces"))
        wait_at = component.settings.text_at("decision_wait")
        rate, wait = number(rate_at), seconds(wait_at) if wait_at is not None else _WAIT
        most = number(most_at) if most_at is not None else _TRACES
        if rate_at is None or rate is None or wait is None or most is None or rate * wait <= most:
            return
        yield self.finding(
            f"{rate:g} new traces a second for {wait:g} seconds are {rate * wait:,.0f} in memory, and {most:,.0f} fit",
            component.place(most_at or rate_at),
            help=f"set `num_traces` to {rate * wait:.0f} or more",
        )

    def _cache(self, component: Component) -> Iterator[Finding]:
        most_at = component.settings.text_at("num_traces")
        most = number(most_at) if most_at is not None else _TRACES
        for key in ("sampled_cache_size", "non_sampled_cache_size"):
            given = component.settings.text_at("decision_cache", key)
            size = number(given)
            if given is not None and size and most is not None and size <= most:
                yield self.finding(
                    f"`{key}` remembers {size:,.0f} decisions, and {most:,.0f} traces are in memory",
                    component.place(given),
                    help="make it much greater than `num_traces`, ten times as great for instance",
                    severity=Severity.INFO,
                )

    examples = (
        Bad("processors:\n  tail_sampling:\n    decision_wait: 10s\n" + _SLOW, at="10s"),
        Bad(
            "processors:\n  tail_sampling:\n    num_traces: 1000\n    expected_new_traces_per_sec: 500\n" + _SLOW,
            at="1000",
        ),
        Bad(
            "processors:\n  tail_sampling:\n    decision_cache: {sampled_cache_size: 1000}\n" + _SLOW,
            at="1000",
        ),
        Good(
            "processors:\n  tail_sampling:\n    decision_wait: 30s\n    num_traces: 20000\n"
            "    expected_new_traces_per_sec: 500\n    decision_cache: {sampled_cache_size: 200_000}\n" + _SLOW
        ),
    )
