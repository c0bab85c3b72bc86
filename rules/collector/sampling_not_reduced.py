"""`collector/sampling-not-reduced`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Location, Project, Rule, Severity, Table
from ...lint.nodes import CollectorConfig, Component
from ...lint.telemetry.sampling import Traffic, mix, percent, simulate_mix
from ._mix import list_of_policies, samplers
from ._policies import first_match, models, policies_of
from ._samples import ERRORS, POLICIES, SLOW, TENTH


class SamplingNotReduced(Rule):
    """
    Flags tail sampling that keeps more of the traffic than the policy allows.

    **Why.**
    One policy that says «keep» is enough: an `always_sample` beside the others, or a status that every trace has, and
    all of it is stored and paid for.

    **Instead.**
    Keep what is rare, and a small percentage of the rest.

    The policies are simulated on a mix of traffic, by default 1 % errors, 2 % slow and the rest ordinary, and the
    message says what is kept of each.
    Attributes, OTTL conditions and rate limits may keep more; what they keep is not known and not counted, so the rate
    is the least that it can be.
    """

    id = "collector/sampling-not-reduced"
    summary = "tail sampling keeps more than the policy allows"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    reduction: float = 80.0
    """Percent of the traces that must be left out."""

    error_share: float = 1.0
    """Percent of the traces that have an error."""

    slow_share: float = 2.0
    """Percent of the traces that are slow and have no error."""

    slow_ms: float = 1000.0
    """Milliseconds above which a trace is slow; ordinary ones take less than half of it."""

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        classes = mix(self.error_share, self.slow_share, self.slow_ms)
        for sampler in samplers(config):
            written = policies_of(sampler)
            total, each = simulate_mix(models(written), classes, first_match=first_match(sampler))
            allowed = 1 - self.reduction / 100
            if not written or total.least <= allowed + 1e-9:
                continue
            parts = ", ".join(f"{traffic.name} {rate}" for traffic, rate in each)
            yield self.finding(
                f"the sampler keeps at least {percent(total.least)} of the traces ({parts}),"
                f" where {percent(allowed)} is allowed",
                _culprit(sampler, classes),
                help="remove what keeps ordinary traces, or lower its percentage",
            )

    def computed(self, project: Project) -> Iterator[Table]:
        """What is kept of each class of traffic, by each policy alone and by all together."""
        classes = mix(self.error_share, self.slow_share, self.slow_ms)
        for config in project.all(CollectorConfig):
            for sampler in samplers(config):
                total, each = simulate_mix(models(policies_of(sampler)), classes, first_match=first_match(sampler))
                alone = [(policy.title, simulate_mix(models([policy]), classes)) for policy in policies_of(sampler)]
                rows = [(name, *(str(rate) for _, rate in parts), str(whole)) for name, (whole, parts) in alone]
                reduced = f"at least {percent(1 - total.most)}" if total.most < 1 else "nothing for sure"
                yield Table(
                    title=f"{sampler.at.subject} in {sampler.at.source}",
                    columns=("policy", *(f"{one.name} ({one.share:g} %)" for one in classes), "of all"),
                    rows=(*rows, ("together", *(str(rate) for _, rate in each), str(total))),
                    numeric=frozenset(range(1, len(classes) + 2)),
                    note=f"simulated; {reduced} is left out, and {self.reduction:g} % has to be",
                )

    examples = (
        Bad(POLICIES + ERRORS + "      - {name: all, type: always_sample}\n", at="all"),
        Bad(
            POLICIES
            + ERRORS
            + SLOW
            + "      - {name: most, type: probabilistic, probabilistic: {sampling_percentage: 60}}\n",
            at="most",
        ),
        Bad(
            POLICIES + "      - {name: keep, type: status_code, status_code: {status_codes: [ERROR, UNSET]}}\n",
            at="keep",
            why="an ordinary trace has spans without a status",
        ),
        Bad(POLICIES + ERRORS + TENTH, at="tenth", options={"reduction": 95.0}),
        Good(POLICIES + ERRORS + SLOW + TENTH),
        Good(POLICIES + "      - {name: some, type: rate_limiting, rate_limiting: {spans_per_second: 500}}\n"),
    )


def _culprit(sampler: Component, classes: tuple[Traffic, ...]) -> Location:
    """The policy that alone keeps most."""
    rated = [
        (simulate_mix(models([policy]), classes)[0].least, policy.place)
        for policy in policies_of(sampler)
        if policy.place is not None
    ]
    most = max(rated, key=lambda pair: pair[0], default=None)
    return sampler.place(most[1]) if most is not None and most[0] > 0 else list_of_policies(sampler)
