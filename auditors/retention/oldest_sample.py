"""See `OldestSample`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ...lint.telemetry.duration import seconds, spell
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..figures import asked, moment
from ..live import Live

_OLDEST = "min(prometheus_tsdb_lowest_timestamp_seconds)"
_REMOVED = "max(prometheus_tsdb_size_retentions_total)"
_TIME = re.compile(r"\b(?:\d+[ywdhms]+)+\b")
_HOUR = 3600


class OldestSample(Auditor):
    """
    Flags a server that keeps its samples for a shorter time than it is told to, because it runs out of space.

    **Why.**
    A limit by size removes the oldest blocks first.
    Where the series grow, the days shrink, and a window of thirty days silently reads twelve.

    **Instead.**
    Raise `storage.tsdb.retention.size`, or have fewer series (`cardinality/top-metrics`).

    It does not flag a young server, which has nothing older yet, nor one that is limited by time only.
    It needs a Prometheus that scrapes itself.
    """

    id: ClassVar[str] = "retention/oldest-sample"
    summary: ClassVar[str] = "samples are kept for a shorter time than configured"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("3.3",)

    min_share: float = 0.9
    """The share of the configured time that must be there."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the oldest sample with the retention, once blocks were removed for their size."""
        told = live.runtime().retention
        oldest = [sample.value for sample in live.query(_OLDEST)]
        if not oldest:
            yield Skipped(self.id, "the server does not scrape itself, or does not tell its oldest sample")
            return
        kept = live.now.timestamp() - oldest[0]
        yield Table(
            title="Retention",
            columns=("configured", "oldest sample", "kept"),
            rows=((told or "unknown", moment(datetime.fromtimestamp(oldest[0], UTC)), _days(kept)),),
            note=f"prometheus_tsdb_lowest_timestamp_seconds, {asked(live)}",
        )
        wanted = _time(told)
        if wanted is None or kept >= self.min_share * wanted:
            return
        if any(sample.value > 0 for sample in live.query(_REMOVED)):
            of = f"{_days(kept)} of the {spell(wanted)} that it is told to"
            yield self.finding(
                f"the server keeps {of}: its size limit removes blocks",
                live.place("storage"),
                help="raise `storage.tsdb.retention.size`, or have fewer series",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                "status/runtimeinfo": {"storageRetention": "30d or 50GiB"},
                # Twelve days before the examples are asked, on 2026-01-02 at noon.
                queried(_OLDEST): vector(({}, 1766318400)),
                queried(_REMOVED): vector(({}, 41)),
            },
            subjects=("storage",),
        ),
        Holds(
            why="a young server: nothing was removed",
            answers={
                "status/runtimeinfo": {"storageRetention": "30d or 50GiB"},
                queried(_OLDEST): vector(({}, 1766318400)),
                queried(_REMOVED): vector(({}, 0)),
            },
        ),
        Holds(
            why="it keeps what it is told to",
            answers={
                "status/runtimeinfo": {"storageRetention": "12d"},
                queried(_OLDEST): vector(({}, 1766318400)),
            },
        ),
        Unknown(
            why="nobody scrapes the server",
            answers={"status/runtimeinfo": {"storageRetention": "15d"}, queried(_OLDEST): vector()},
            because="does not scrape itself",
        ),
    )


def _time(retention: str | None) -> float | None:
    """The time in `30d or 50GiB`; None where only the size limits."""
    found = _TIME.search(retention or "")
    return seconds(found[0]) if found else None


def _days(length: float) -> str:
    """A length to the hour: nobody wants the seconds of a fortnight."""
    return spell(round(length / _HOUR) * _HOUR)
