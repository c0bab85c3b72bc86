"""See `Certificate`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Violated, queried, vector
from ..figures import asked, moment
from ..live import Live

_EXPIRY = "min by (instance) (probe_ssl_earliest_cert_expiry) > 0"
_DAY = 86400


class Certificate(Auditor):
    """
    Flags certificates that have expired, or will soon.

    **Why.**
    When a certificate ends, everything that asks over TLS fails at once, and nothing was deployed.

    **Instead.**
    Renew it, and find out why what renews it did not.

    It looks at `probe_ssl_earliest_cert_expiry` of blackbox_exporter: of a chain, the one that ends first counts.
    It does not know certificates that nobody probes.
    """

    id: ClassVar[str] = "synthetics/certificate"
    summary: ClassVar[str] = "certificate ends soon"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.5",)

    min_days: int = 14
    """How many days a certificate must still be good for."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the end of each certificate with the time of the audit."""
        ends = {sample.labels.get("instance", ""): sample.value for sample in live.query(_EXPIRY)}
        if not ends:
            return
        now = live.now.timestamp()
        yield Table(
            title="Certificates",
            columns=("target", "ends", "days left"),
            rows=tuple(
                (name, moment(datetime.fromtimestamp(end, UTC)), f"{(end - now) / _DAY:.0f}")
                for name, end in sorted(ends.items(), key=lambda one: (one[1], one[0]))[:20]
            ),
            numeric=frozenset({2}),
            note=f"probe_ssl_earliest_cert_expiry, {asked(live)}",
        )
        for name, end in sorted(ends.items()):
            left = (end - now) / _DAY
            if left < self.min_days:
                yield self.finding(
                    f"the certificate of `{name}` {'has ended' if left < 0 else f'ends in {_days(left)}'}",
                    live.place(f"certificate {name}"),
                    help="renew it, and find out why it was not renewed by itself",
                    severity=Severity.ERROR if left < 0 else None,
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="asked on 2026-01-02 at noon: one ended the day before, one ends in nine days",
            answers={
                queried(_EXPIRY): vector(
                    ({"instance": "https://old.example"}, 1767268800),
                    ({"instance": "https://soon.example"}, 1768132800),
                    ({"instance": "https://fine.example"}, 1775000000),
                )
            },
            subjects=("certificate https://old.example", "certificate https://soon.example"),
        ),
        Holds(answers={queried(_EXPIRY): vector(({"instance": "https://fine.example"}, 1775000000))}),
        Holds(why="nothing is probed over TLS", answers={queried(_EXPIRY): vector()}),
    )


def _days(left: float) -> str:
    return "less than a day" if left < 1 else f"{left:.0f} days"
