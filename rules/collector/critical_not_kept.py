"""`collector/critical-not-kept`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig
from ...lint.record import field
from ...lint.telemetry.sampling import Traffic, mix, percent
from ._mix import kept, list_of_policies, samplers
from ._samples import ERRORS, POLICIES, TENTH

_BILLING = (
    "      - {name: billing, type: string_attribute, string_attribute:"
    " {key: operation, values: ['^billing[.].+$'], enabled_regex_matching: true}}\n"
)
_OPTIONS = {"critical": {"operation": ("billing.checkout", "authz.denied")}}


class CriticalNotKept(Rule):
    """
    Flags tail sampling that loses traces which the policy wants whole.

    **Why.**
    Money and access are audited one by one: a tenth of them proves nothing.

    **Instead.**
    Add a policy that keeps them.

    The option names attributes and values of such traces, and each is run through the sampling policies:

        [tool.obsaudit.rules."collector/critical-not-kept".critical]
        operation = ["billing.checkout", "authz.denied"]

    Not flagged: anything, until the option `critical` is set.
    """

    id = "collector/critical-not-kept"
    summary = "tail sampling loses traces that the policy wants whole"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)
    policy = "critical"

    critical: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Attributes, and values of each by which a trace is known that must be kept."""

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        *_, ordinary = mix()
        for sampler in samplers(config):
            for key, values in self.critical.items():
                for value in values:
                    traffic = Traffic(
                        value, 1.0, ordinary.status, ordinary.other_status, ordinary.latency, {key: value}
                    )
                    rate = kept(sampler, traffic)
                    if rate.most < 1:
                        share = "none" if rate.most == 0 else f"at most {percent(rate.most)}"
                        yield self.finding(
                            f"{share} of the traces with `{key}` = `{value}` are kept",
                            list_of_policies(sampler),
                            help="add a policy of type `string_attribute` that matches it",
                        )

    examples = (
        Bad(POLICIES + ERRORS + _BILLING + TENTH, at="policies", options=_OPTIONS),
        Good(POLICIES + _BILLING, options={"critical": {"operation": ("billing.checkout",)}}),
        Good(POLICIES + TENTH, why="there is no policy"),
    )
