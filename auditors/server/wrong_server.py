"""See `WrongServer`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Violated, tsdb
from ..errors import LiveError, Unsupported
from ..live import Live


class WrongServer(Auditor):
    """
    Flags a server that holds no series at all, or none of this project's metrics.

    **Why.**
    Every question to the wrong server has an answer, and each of them is wrong.
    Nothing is slow, nothing is down, and every metric is missing.
    One finding says so, and the other auditors are not asked.

    **Instead.**
    Point `--url` at the server that scrapes this project, with the path prefix and the tenant that it needs.

    It does not flag a server that cannot tell how many series it has.
    It asks for the project's metrics only when it is told their prefixes.
    """

    id: ClassVar[str] = "server/wrong-server"
    summary: ClassVar[str] = "server holds nothing of this project"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    gate: ClassVar[bool] = True
    costs_queries: ClassVar[bool] = False

    metric_prefixes: tuple[str, ...] = ()
    """How the names of this project's metrics begin, as in `app_`."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares what the server holds with what it should."""
        at = live.place("server")
        try:
            empty = live.tsdb_status().series == 0
        except LiveError:
            # Only a sanity check: whoever needs the figures reports that they are not to be had.
            empty = False
        if empty:
            yield self.finding("the server holds no series", at, help="check its URL, prefix and tenant")
            return
        if self.metric_prefixes and not live.label_values(
            "__name__", f'{{__name__=~"({"|".join(self.metric_prefixes)}).+"}}'
        ):
            begin = " or ".join(f"`{prefix}`" for prefix in self.metric_prefixes)
            yield self.finding(
                f"no metric of the server begins with {begin}", at, help="check its URL, prefix and tenant"
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="a server that scrapes nothing",
            answers={"status/tsdb?limit=20&topN=20": tsdb(0)},
            subjects=("server",),
        ),
        Violated(
            why="a server of somebody else",
            options={"metric_prefixes": ("app_",)},
            answers={
                "status/tsdb?limit=20&topN=20": tsdb(500, up=3),
                'label/__name__/values?match[]={__name__=~"(app_).+"}': [],
            },
            subjects=("server",),
        ),
        Holds(
            why="a server that does not tell how many series it has",
            answers={"status/tsdb?limit=20&topN=20": Unsupported("the server does not have it")},
        ),
        Holds(
            options={"metric_prefixes": ("app_",)},
            answers={
                "status/tsdb?limit=20&topN=20": tsdb(500, up=3),
                'label/__name__/values?match[]={__name__=~"(app_).+"}': ["app_events_created_total"],
            },
        ),
    )
