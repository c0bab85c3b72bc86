"""See `EffectiveRate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..figures import asked
from ..live import Live

_PREFIX = "otelcol_processor_tail_sampling"
# The suffix of counters came with the collector 0.110, and depends on who exposes the metric.
_GLOBAL = " or ".join(
    f"sum by (sampled) (increase({_PREFIX}_global_count_traces_sampled{suffix}[1d]))" for suffix in ("", "_total")
)
_POLICIES = " or ".join(
    f"sum by (policy, sampled) (increase({_PREFIX}_count_traces_sampled{suffix}[1d]))" for suffix in ("", "_total")
)


class EffectiveRate(Auditor):
    """
    Flags tail sampling that keeps more of the traces than the policy allows.

    **Why.**
    The percentage in the configuration is that of one policy; every error, every slow request and every route that
    is always kept comes on top, and so does the bill.

    **Instead.**
    Look at which policy keeps what, and narrow the one that keeps most.

    It reads the collector's own counters of the last day, so the collector has to be scraped.
    A trace that several policies keep counts for each of them, and once in the whole.
    It does not simulate the configuration: `collector/sampling-not-reduced` does.
    """

    id: ClassVar[str] = "sampling/effective-rate"
    summary: ClassVar[str] = "more traces are kept than meant"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("3.1",)

    min_reduction: float = 0.8
    """The share of traces that must be dropped."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the traces that were kept with all that were decided."""
        whole = {sample.labels.get("sampled", ""): sample.value for sample in live.query(_GLOBAL)}
        kept, seen = whole.get("true", 0.0), sum(whole.values())
        if not seen:
            yield Skipped(self.id, "the server has no counters of a collector's tail sampling, or no trace was decided")
            return
        policies: dict[str, dict[str, float]] = {}
        for sample in live.query(_POLICIES):
            policies.setdefault(sample.labels.get("policy", ""), {})[sample.labels.get("sampled", "")] = sample.value
        yield Table(
            title="Tail sampling",
            columns=("policy", "kept", "of all"),
            rows=(
                *(
                    (name, f"{counts.get('true', 0.0):,.0f}", f"{counts.get('true', 0.0) / seen:.1%}")
                    for name, counts in sorted(policies.items(), key=lambda one: (-one[1].get("true", 0.0), one[0]))
                ),
                ("together", f"{kept:,.0f}", f"{kept / seen:.1%}"),
            ),
            numeric=frozenset({1, 2}),
            note=f"the collector's counters over the last day, {seen:,.0f} traces, {asked(live)}",
        )
        if 1 - kept / seen < self.min_reduction:
            most = max(policies, key=lambda name: policies[name].get("true", 0.0), default=None)
            yield self.finding(
                f"{kept / seen:.0%} of the traces are kept, and {1 - self.min_reduction:.0%} may be",
                live.place("tail sampling"),
                help=f"narrow the policy `{most}`, which keeps most" if most else "narrow what keeps most",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                queried(_GLOBAL): vector(({"sampled": "true"}, 420_000), ({"sampled": "false"}, 580_000)),
                queried(_POLICIES): vector(
                    ({"policy": "errors", "sampled": "true"}, 20_000),
                    ({"policy": "errors", "sampled": "false"}, 980_000),
                    ({"policy": "billing", "sampled": "true"}, 400_000),
                ),
            },
            subjects=("tail sampling",),
        ),
        Holds(
            answers={
                queried(_GLOBAL): vector(({"sampled": "true"}, 120_000), ({"sampled": "false"}, 880_000)),
                queried(_POLICIES): vector(({"policy": "errors", "sampled": "true"}, 20_000)),
            }
        ),
        Unknown(answers={queried(_GLOBAL): vector()}, because="no counters"),
    )
