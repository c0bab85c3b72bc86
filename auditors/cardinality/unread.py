"""See `Unread`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ...lint import Confidence, Finding, Related, Severity, Skipped, Table, promql
from ...lint.nodes import Instrument, Query, Role
from ...lint.project import Project
from ...lint.record import Record
from ...lint.telemetry.wire import series_of
from ..answers import Count
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, tsdb
from ..figures import asked
from ..live import Live
from ..patches import dropping
from ..rules._examples import alert, group

_STATUS = "status/tsdb?limit=20&topN=20"
_RULES = "rules?exclude_alerts=true"
_PARTS = re.compile(r"_(?:bucket|sum|count|total|created)$")
_DASHBOARD = """\
{"title": "Api", "schemaVersion": 39, "panels": [
  {"type": "timeseries", "title": "Errors", "targets": [{"expr": "rate(errors_total[5m])"}]}
]}
"""


class Unread(Auditor):
    """
    Flags metrics with many series that nothing reads: no rule of the server, no panel, alert or objective here.

    **Why.**
    It is the cheapest saving there is: nobody will miss them.

    **Instead.**
    Drop the metric where it is scraped, with the step that the finding shows, or take it out of the source.

    It knows the rules of the server and the queries of the repository, and asks for no query log; so a person who asks
    by hand, or a dashboard that is kept elsewhere, may still read it: the confidence is low.
    A metric counts as read when one of its parts is: `_bucket`, `_sum` or `_count`.
    A query that cannot be parsed may read any metric whose name stands in it.
    It says nothing where the repository has no dashboards.
    """

    id: ClassVar[str] = "cardinality/unread"
    summary: ClassVar[str] = "expensive metric that nothing reads"
    severity: ClassVar[Severity] = Severity.INFO
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("3.2", "4.2")
    costs_queries: ClassVar[bool] = False

    min_series: int = 1_000
    """How many series a metric must have to be worth a word."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the metrics with the most series with what is read."""
        queries = project.all(Query)
        if not any(query.role is Role.PANEL for query in queries):
            yield Skipped(self.id, "the repository has no dashboards: what people look at is not known")
            return
        texts = [query.text.value for query in queries]
        texts += [rule.query for group_ in live.rules() for rule in group_.rules]
        readers = _Readers.of(texts)
        large = [count for count in live.tsdb_status().by_metric if count.value >= self.min_series]
        unread = [count for count in large if not readers.read(count.name)]
        if not unread:
            return
        yield Table(
            title="Metrics that nothing reads",
            columns=("metric", "series"),
            rows=tuple((count.name, f"{count.value:,}") for count in unread),
            numeric=frozenset({1}),
            note=f"of the {len(large)} largest, by {len(texts):,} queries here and on the server, {asked(live)}",
        )
        for count in unread:
            yield self._finding(live, count, project)

    def _finding(self, live: Live, count: Count, project: Project) -> Finding:
        drop = f"{{source_labels: [__name__], regex: '{count.name}', action: drop}}"
        # The collector has a histogram as one; a counter's name may have got its `_total` only later.
        whole = re.sub("_(?:bucket|sum|count)$", "", count.name)
        return self.finding(
            f"nothing that is known here reads `{count.name}`, which has {count.value:,} series",
            live.place(f"metric {count.name}"),
            help=f"drop it where it is scraped: `metric_relabel_configs: [{drop}]`; "
            f"or in a collector: `{dropping(whole)}`",
            related=[
                Related(one.at, "it is made here")
                for one in project.all(Instrument)
                if any(name == count.name for name, _ in series_of(one))
            ],
            confidence=Confidence.LOW,
        )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            text=_DASHBOARD,
            path="api.json",
            answers={
                _STATUS: tsdb(9000, go_memstats_bucket=5000, errors_total=2000, latency_seconds_bucket=1500, tiny=3),
                _RULES: group(alert("Slow", "histogram_quantile(0.9, rate(latency_seconds_bucket[5m])) > 1")),
            },
            subjects=("metric go_memstats_bucket",),
        ),
        Holds(
            why="a part of the histogram is read, and a pattern reads the other",
            text=_DASHBOARD,
            path="api.json",
            answers={
                _STATUS: tsdb(9000, latency_seconds_bucket=5000, app_x_total=2000),
                _RULES: group(
                    alert("Idle", "rate(latency_seconds_count[5m]) == 0"),
                    alert("Any", 'count({__name__=~"app_.+"}) > 9'),
                ),
            },
        ),
        Holds(
            why="a query that does not parse may read it",
            text=_DASHBOARD.replace("rate(errors_total[5m])", "rate(errors_total[5m) / go_memstats_bucket"),
            path="api.json",
            answers={_STATUS: tsdb(9000, go_memstats_bucket=5000), _RULES: {"groups": []}},
        ),
        Unknown(why="no dashboards", because="the repository has no dashboards"),
    )


class _Readers(Record):
    """What the queries read: names, patterns of names, and the words of what does not parse."""

    names: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, texts: list[str]) -> _Readers:
        names: set[str] = set()
        patterns: list[re.Pattern[str]] = []
        for text in dict.fromkeys(texts):
            expr = promql.parse(text).expr
            if expr is None:
                names |= set(re.findall(r"[a-zA-Z_:][\w:]*", text))
                continue
            names |= set(promql.metric_names(expr))
            patterns += [found for one in promql.walk(expr) if (found := _pattern(one)) is not None]
        return cls(frozenset(map(_family, names)), tuple(patterns))

    def read(self, metric: str) -> bool:
        return _family(metric) in self.names or any(one.fullmatch(metric) for one in self.patterns)


def _pattern(part: promql.Expr) -> re.Pattern[str] | None:
    """The names that a selector without a name may mean; everything where that cannot be told."""
    if not isinstance(part, promql.Selector) or part.metric is not None:
        return None
    for matcher in part.matchers:
        if matcher.label.value == "__name__" and matcher.op.value == "=~":
            try:
                return re.compile(matcher.value.value)
            except re.error:
                return re.compile(".*")
    return re.compile(".*") if part.name is not None and part.name.templated else None


def _family(name: str) -> str:
    return _PARTS.sub("", name)
