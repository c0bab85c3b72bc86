"""`collector/slow-not-kept`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig
from ...lint.telemetry.sampling import mix, percent
from ._mix import kept, list_of_policies, samplers
from ._samples import ERRORS, POLICIES, SLOW, TENTH


class SlowNotKept(Rule):
    """
    Flags tail sampling that loses slow traces.

    **Why.**
    Slow requests are the second thing that somebody looks for, and they are few.

    **Instead.**
    Add a policy of type `latency`.

    The policies are simulated on a trace without an error that takes longer than any threshold.

    Not flagged: a threshold of any height, since what is slow is the team's to say; policies on attributes whose name
    speaks of time; OTTL conditions and rate limits, of which it is not known what they keep.
    """

    id = "collector/slow-not-kept"
    summary = "tail sampling loses slow traces"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        _, slow, _ = mix()
        for sampler in samplers(config):
            rate = kept(sampler, slow)
            if rate.most < 1:
                share = "none" if rate.most == 0 else f"at most {percent(rate.most)}"
                yield self.finding(
                    f"{share} of the slow traces are kept",
                    list_of_policies(sampler),
                    help="add a policy of type `latency` with the `threshold_ms` above which a request is slow",
                )

    examples = (
        Bad(POLICIES + ERRORS + TENTH, at="policies"),
        Good(POLICIES + ERRORS + SLOW + TENTH),
        Good(
            POLICIES + '      - {name: rest, type: probabilistic, probabilistic: {sampling_percentage: "${env:X}"}}\n'
        ),
    )
