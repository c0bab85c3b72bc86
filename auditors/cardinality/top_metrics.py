"""See `TopMetrics`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..answers import Count, Tsdb
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, tsdb
from ..errors import Unsupported
from ..figures import asked, moment
from ..live import Live


class TopMetrics(Auditor):
    """
    Flags metrics that hold more series than they should, by number or by their share of the server.

    **Why.**
    Memory, disk and the price of a hosted Prometheus go by series.
    One metric with an unbounded label can hold more of them than all others together.

    **Instead.**
    Take the label that multiplies the metric, as `cardinality/label-values` names it, out of the instrument.
    What identifies one user or one request belongs into logs and traces.

    It does not flag a metric with a large share of a small server.
    The figures are those of the storage's own statistics, in which series that have ended since are counted:
    on Prometheus the head block, about the last two or three hours, on VictoriaMetrics the current day.
    """

    id: ClassVar[str] = "cardinality/top-metrics"
    summary: ClassVar[str] = "metric with too many series"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("3.2",)
    costs_queries: ClassVar[bool] = False

    max_series: int = 10_000
    """The most series that a metric may have."""

    max_share: float = 0.3
    """The largest share of all series that a metric may have."""

    min_series: int = 1_000
    """A metric with fewer series than this has no share worth a word."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Reads the statistics of the storage."""
        status = live.tsdb_status()
        yield Table(
            title="Metrics with the most series",
            columns=("metric", "series", "share"),
            rows=tuple((count.name, f"{count.value:,}", _share(count, status.series)) for count in status.by_metric),
            numeric=frozenset({1, 2}),
            note=_note(live, status),
            bar=1,
        )
        for count in status.by_metric:
            if self._too_many(count, status.series):
                of = f", {_share(count, status.series)} of the server's {status.series:,}" if status.series else ""
                yield self.finding(
                    f"`{count.name}` has {count.value:,} series{of}",
                    live.place(f"metric {count.name}"),
                    help="take the label that multiplies it out of the instrument",
                )

    def _too_many(self, count: Count, total: int | None) -> bool:
        if count.value > self.max_series:
            return True
        return bool(total) and count.value >= self.min_series and count.value > self.max_share * (total or 0)

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="one metric holds most of the server",
            answers={"status/tsdb?limit=20&topN=20": tsdb(4200, app_events_created_total=3000, up=4)},
            subjects=("metric app_events_created_total",),
        ),
        Violated(
            why="a small share of a large server, and still too many",
            answers={"status/tsdb?limit=20&topN=20": tsdb(2_000_000, http_server_duration_seconds_bucket=90_000)},
            subjects=("metric http_server_duration_seconds_bucket",),
        ),
        Holds(
            why="a large share of a small server",
            answers={"status/tsdb?limit=20&topN=20": tsdb(500, app_events_created_total=400)},
        ),
        Unknown(
            why="Thanos and Mimir have no such statistics",
            answers={"status/tsdb?limit=20&topN=20": Unsupported("the server does not have it")},
            because="does not have it",
        ),
    )


def _share(count: Count, total: int | None) -> str:
    return f"{count.value / total:.1%}" if total else ""


def _note(live: Live, status: Tsdb) -> str:
    since = f" since {moment(datetime.fromtimestamp(status.oldest, UTC))}" if status.oldest else ""
    total = f", {status.series:,} series in all" if status.series is not None else ""
    return f"the storage's own statistics{since}, {asked(live)}{total}"
