"""`collector/errors-not-kept`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig, ComponentKind
from ...lint.telemetry.sampling import mix, percent
from ._mix import kept, list_of_policies, samplers
from ._pipelines import pipelines_of
from ._samples import ERRORS, GATEWAY, POLICIES, SLOW, TENTH
from ._values import number

_DROP = "      - {name: all, type: drop, drop: {drop_sub_policy: [{name: a, type: always_sample}]}}\n"


class ErrorsNotKept(Rule):
    """
    Flags sampling that loses traces with an error.

    **Why.**
    The trace of a failed request is the one that somebody will look for.

    **Instead.**
    Add a policy of type `status_code` with `status_codes: [ERROR]`.

    The policies are simulated on a trace with an error that has no other mark: the message says how many of such
    traces are kept.
    Policies that look at an attribute whose name speaks of errors, OTTL conditions and rate limits may or may not keep
    it; then nothing is said.

    A `probabilistic_sampler` decides before anybody knows of an error; it is a warning, unless it keeps everything.
    """

    id = "collector/errors-not-kept"
    summary = "sampling loses traces with an error"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        error, *_ = mix()
        for sampler in samplers(config):
            rate = kept(sampler, error)
            if rate.most < 1:
                yield self.finding(
                    f"{_share(rate.most)} of the traces with an error are kept",
                    list_of_policies(sampler),
                    help="add a policy of type `status_code` with `status_codes: [ERROR]`",
                )
        yield from self._before_anybody_knows(config)

    def _before_anybody_knows(self, config: CollectorConfig) -> Iterator[Finding]:
        for component in config.of_kind(ComponentKind.PROCESSOR):
            if component.canonical != "probabilistic_sampler":
                continue
            given = component.settings.text_at("sampling_percentage")
            share = number(given)
            if given is None or share is None or not 0 < share < 100:
                continue
            if any(pipeline.signal == "traces" for pipeline in pipelines_of(config, component)):
                yield self.finding(
                    f"`{component.id}` keeps {percent(share / 100)} of the traces, of those with an error too",
                    component.place(given),
                    help="decide with `tail_sampling`, which sees the whole trace",
                    severity=Severity.WARNING,
                )

    examples = (
        Bad(POLICIES + SLOW + TENTH, at="policies"),
        Bad(
            POLICIES + ERRORS + _DROP,
            at="policies",
            why="what is dropped stays dropped",
        ),
        Bad(
            GATEWAY.replace("  batch:\n", "  batch:\n  probabilistic_sampler: {sampling_percentage: 15}\n").replace(
                "memory_limiter, batch", "memory_limiter, probabilistic_sampler, batch"
            ),
            at="15",
        ),
        Good(POLICIES + ERRORS + TENTH),
        Good(
            POLICIES
            + "      - {name: failed, type: numeric_attribute, numeric_attribute:"
            + " {key: http.response.status_code, min_value: 500, max_value: 599}}\n",
            why="that may be every error",
        ),
    )


def _share(most: float) -> str:
    return "none" if most == 0 else f"at most {percent(most)}"
