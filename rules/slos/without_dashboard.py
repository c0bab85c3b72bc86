"""`slos/without-dashboard`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity, promql
from ...lint.nodes import Dashboard, Measure, Panel, Query, Role, Slo, SloDialect
from ._burn import Recordings, folded, tree_of
from ._samples import SLO


def _dashboard(title: str, expr: str) -> str:
    panel = f'{{"type": "stat", "title": "{title}", "targets": [{{"expr": "{expr}"}}]}}'
    return f'{{"title": "Overview", "schemaVersion": 39, "panels": [{panel}]}}\n'


class WithoutDashboard(Rule):
    """
    Flags objectives that no dashboard shows.

    **Why.**
    What is left of a budget decides whether the next release goes out.
    Whoever has to write the query first does not look.

    **Instead.**
    A panel with the ratio, the target and the budget that is left.

    A panel shows an objective if its title, its dashboard's title or its query names it, or if its query divides the
    same metrics (for a latency target: reads them).

    Not flagged: objectives of sloth and pyrra, whose dashboards are the tools' own, objectives without a query in
    PromQL, and a repository without dashboards, which are kept elsewhere then.
    """

    id = "slos/without-dashboard"
    summary = "no dashboard shows the objective"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.2",)
    needs_all = True
    about = (Slo, Dashboard)

    def check_project(self, project: Project) -> Iterator[Finding]:
        wanting = [slo for slo in project.all(Slo) if slo.queries and slo.dialect in _HAND_MADE]
        if not wanting or not project.all(Dashboard):
            return
        recordings = Recordings.of(project)
        queries = [query for query in project.all(Query) if query.role is Role.PANEL]
        pictures: list[Dashboard | Panel] = [*project.all(Dashboard), *project.all(Panel)]
        titles = [own.title for own in pictures if own.title is not None]
        named = [
            folded(text) for text in (*(query.text.value for query in queries), *(title.value for title in titles))
        ]
        trees = [tree for query in queries if (tree := tree_of(query)) is not None]
        reading = [recordings.metrics(tree) for tree in trees]
        dividing = [metrics for tree, metrics in zip(trees, reading, strict=True) if _divides(tree)]
        for slo in wanting:
            own = recordings.of_slo(slo)
            latency = slo.target is not None and slo.target.measure is Measure.LATENCY
            shown = own and any(own <= metrics for metrics in (reading if latency else dividing))
            if own and not shown and not any(folded(slo.name.value) in name for name in named):
                yield self.finding(
                    f"no dashboard shows `{slo.name.value}`", slo.at, help="add a panel with its ratio and its budget"
                )

    examples = (
        Bad(SLO, files={"api.json": _dashboard("Requests", "sum(rate(requests_total[5m]))")}, at="api"),
        Good(SLO.replace("name: api", "name: api_up"), files={"api.json": _dashboard("SLO api-up", "a:ratio")}),
        Good(
            SLO,
            files={"d.json": _dashboard("Errors", "sum(rate(requests_total[5m])) / sum(rate(requests_total[5m]))")},
            why="the ratio is there",
        ),
        Good(SLO, why="the dashboards are kept elsewhere"),
    )


_HAND_MADE = frozenset({SloDialect.PLAIN, SloDialect.OPENSLO})


def _divides(tree: promql.Expr) -> bool:
    return any(isinstance(part, promql.Binary) and part.op.value == "/" for part in promql.walk(tree))
