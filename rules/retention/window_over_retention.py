"""`retention/window-over-retention`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import Dialect, PrometheusConfig, Query, RetentionSetting, Role, Slo, Store
from ...lint.telemetry.duration import spell
from ._policy import COMPOSE

_SLO = """\
slos:
  - name: api
    target: 99.9%
    window: 30d
    measurement:
      query: sum(rate(a{ok="1"}[5m])) / sum(rate(a[5m]))
"""


class WindowOverRetention(Rule):
    """
    Flags objectives, alerts, recordings and panels that look further back than samples are kept.

    **Why.**
    Prometheus does not complain: it computes the 30 days from the 15 that are there.
    The objective then forgets every outage after two weeks, and the alert «less than last month» compares with nothing.

    **Instead.**
    Keep samples for as long as the longest window, or record what is needed and send it to a store that keeps it.

    The retention is that of the flags and configurations in the repository, the longest where there are several; that
    of a container without a flag is 15 days, with low confidence.
    Not flagged: anything where it is not known, is a size, or where samples are also sent elsewhere
    (`remote_write`, Thanos); and exploratory queries in documents.
    """

    id = "retention/window-over-retention"
    summary = "looks further back than samples are kept"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.3", "2.2")
    about = (RetentionSetting,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        longest = _longest(project)
        if longest is None or longest.seconds is None:
            return
        # A compose file for the desk sets nothing, and what production is told stands elsewhere.
        confidence = Confidence.LOW if longest.value is None else Confidence.HIGH
        kept, related = longest.seconds, [Related(longest.at, f"samples are kept for {spell(longest.seconds)}")]
        for slo in project.all(Slo):
            if slo.window is not None and slo.queries and (slo.window_seconds or 0) > kept:
                yield self.finding(
                    f"a window of {slo.window.value}, and samples are kept for {spell(kept)}",
                    slo.place(slo.window),
                    help="keep samples for as long as the window",
                    related=related,
                    confidence=confidence,
                )
        for query in project.all(Query):
            tree = promql.parse(query.text.value).expr if _is_judged(query) else None
            for part in _outermost(tree) if tree is not None else ():
                back = _back(part)
                if back is not None and back > kept:
                    yield self.finding(
                        f"looks back {spell(back)}, and samples are kept for {spell(kept)}",
                        query.place(query.text, part.start, part.end),
                        help="keep samples for as long as that, or look less far back",
                        related=related,
                        confidence=confidence,
                    )

    examples = (
        Bad(_SLO, files={"compose.yml": COMPOSE.replace("30d", "7d")}, at="30d"),
        Bad(
            "- alert: Less\n  expr: sum(rate(a[5m])) < sum(rate(a[5m] offset 4w)) / 2\n",
            files={"compose.yml": COMPOSE.replace("=30d", "=2w")},
            at="a[5m] offset 4w",
        ),
        Bad(
            "- record: a:max30d\n  expr: max_over_time(sum(rate(a[1h]))[30d:1h])\n",
            files={"compose.yml": COMPOSE.replace("      - --storage.tsdb.retention.time=30d\n", "")},
            at="sum(rate(a[1h]))[30d:1h]",
        ),
        Good(_SLO, files={"compose.yml": COMPOSE}),
        Good(_SLO, why="the retention is not known"),
        Good(
            _SLO,
            files={
                "compose.yml": COMPOSE.replace("30d", "7d"),
                "prometheus.yml": "global: {}\nremote_write:\n  - url: http://mimir/push\n",
            },
            why="another store keeps the samples",
        ),
    )


_ROLES = frozenset({Role.ALERT, Role.RECORDING, Role.PANEL, Role.SLO})


def _longest(project: Project) -> RetentionSetting | None:
    """What keeps samples for longest; None where that is not known."""
    settings = [own for own in project.all(RetentionSetting) if own.store is Store.PROMETHEUS and own.problem is None]
    unknown = any(own.seconds is None or own.also_remote for own in settings)
    if not settings or unknown or any(config.remote_write for config in project.all(PrometheusConfig)):
        return None
    return max(settings, key=lambda own: own.seconds or 0)


def _is_judged(query: Query) -> bool:
    return query.role in _ROLES and query.dialect is Dialect.PROMQL


def _outermost(expr: promql.Expr) -> Iterator[promql.Selector | promql.Matrix | promql.Subquery]:
    if isinstance(expr, promql.Selector | promql.Matrix | promql.Subquery):
        yield expr
        return
    for child in expr.children:
        yield from _outermost(child)


def _back(expr: promql.Expr) -> float | None:
    """How far back an expression looks; None where a variable or a fixed time decides."""
    if isinstance(expr, promql.Selector | promql.Matrix | promql.Subquery):
        offset = expr.offset.seconds if expr.offset is not None else 0.0
        span = 0.0 if isinstance(expr, promql.Selector) else expr.range.seconds
        inner = _back(expr.expr) if isinstance(expr, promql.Subquery) else 0.0
        return None if expr.at is not None or offset is None or span is None or inner is None else offset + span + inner
    backs = [_back(child) for child in expr.children]
    return None if None in backs else max((back for back in backs if back is not None), default=0.0)
