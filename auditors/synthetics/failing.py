"""See `Failing`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..answers import Sample
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..figures import asked
from ..live import Live

_NOW = "min by (job, instance) (probe_success)"
_DAY = "avg by (job, instance) (avg_over_time(probe_success[1d]))"


class Failing(Auditor):
    """
    Flags probes that fail now, and those that failed too often in the last day.

    **Why.**
    A probe does what a user does, from where a user is: when it fails, users fail.

    **Instead.**
    See what it asks and what it gets (`&debug=true` on the exporter's page).

    It looks at `probe_success`, as blackbox_exporter and most other probers expose it.
    It does not flag a probe that failed once or twice in a day.
    Where the repository configures probes and the server has none, that is said to be unknown.
    """

    id: ClassVar[str] = "synthetics/failing"
    summary: ClassVar[str] = "probe that fails"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.5",)

    min_success: float = 0.99
    """The share of a day's probes that must succeed."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares what each probe says now, and over a day."""
        now = {_name(sample): sample for sample in live.query(_NOW)}
        if not now:
            yield Skipped(self.id, "the server has no `probe_success`: it scrapes no prober")
            return
        day = {_name(sample): sample.value for sample in live.query(_DAY)}
        yield Table(
            title="Probes",
            columns=("probe", "now", "last day"),
            rows=tuple(
                (name, "up" if sample.value else "fails", f"{day.get(name, sample.value):.2%}")
                for name, sample in sorted(now.items(), key=lambda one: (one[1].value, day.get(one[0], 1), one[0]))
            ),
            numeric=frozenset({2}),
            note=f"probe_success, {asked(live)}",
        )
        for name, sample in sorted(now.items()):
            succeeded = day.get(name, sample.value)
            if not sample.value:
                yield self.finding(
                    f"`{name}` fails, and succeeded in {succeeded:.2%} of the last day",
                    live.place(f"probe {name}"),
                    help="ask the prober for what it got: add `&debug=true` to its address",
                )
            elif succeeded < self.min_success:
                yield self.finding(
                    f"{1 - succeeded:.2%} of the probes of `{name}` failed in the last day",
                    live.place(f"probe {name}"),
                    help="see when, and what else happened then",
                    severity=Severity.WARNING,
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                queried(_NOW): vector(
                    ({"job": "health", "instance": "https://api.example/health"}, 0),
                    ({"job": "health", "instance": "https://pay.example/health"}, 1),
                    ({"job": "health", "instance": "https://www.example/"}, 1),
                ),
                queried(_DAY): vector(
                    ({"job": "health", "instance": "https://api.example/health"}, 0.97),
                    ({"job": "health", "instance": "https://pay.example/health"}, 0.95),
                    ({"job": "health", "instance": "https://www.example/"}, 0.9993),
                ),
            },
            subjects=("probe health https://api.example/health", "probe health https://pay.example/health"),
        ),
        Holds(
            answers={
                queried(_NOW): vector(({"job": "health", "instance": "https://api.example/health"}, 1)),
                queried(_DAY): vector(({"job": "health", "instance": "https://api.example/health"}, 1)),
            }
        ),
        Unknown(answers={queried(_NOW): vector()}, because="scrapes no prober"),
    )


def _name(sample: Sample) -> str:
    return f"{sample.labels.get('job', '')} {sample.labels.get('instance', '')}".strip()
