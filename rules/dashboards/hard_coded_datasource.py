"""`dashboards/hard-coded-datasource`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ...lint import Bad, Confidence, Finding, Fix, Good, Project, Rule, Severity
from ...lint.nodes import Dashboard, Datasource, Panel, ProvisionedDatasource
from ._samples import dashboard

_PANEL = '"type": "stat", "title": "Sales", "datasource": {}'
_VARIABLE = '{"name": "source", "type": "datasource", "query": "prometheus"}'
_TWICE = """\
"type": "stat", "title": "Sales", "datasource": {{"type": "prometheus", "uid": "{0}"}},
     "targets": [{{"datasource": {{"uid": "{0}", "type": "prometheus"}}, "expr": "sales"}}]"""
_TWO = """\
apiVersion: v1
kind: ConfigMap
data:
  refunds.json: |
    {"title": "Refunds", "schemaVersion": 39, "panels": [{"type": "stat", "datasource": {"uid": "fej9ntb4ninswf"}}]}
  sales.json: |
    {"title": "Sales", "schemaVersion": 39, "panels": [],
     "templating": {"list": [{"name": "source", "type": "datasource", "query": "prometheus"}]}}
"""
_PROVISIONED = "apiVersion: 1\ndatasources:\n  - name: Prometheus\n    type: prometheus\n    uid: metrics\n"

# What Grafana makes up: a short id of letters and digits (fe8kd2x0ab1cd), nine of base 64, or a hash behind `P`.
_MADE_UP = re.compile(r"(?=.*\d)[a-z][0-9a-z]{13}|(?=.*[0-9A-Z])(?=.*[a-z])[\w-]{9}|P[0-9A-F]{16}")


class HardCodedDatasource(Rule):
    """
    Flags panels, variables and annotations that name a datasource by a uid which nothing in the repository gives it.

    **Why.**
    Grafana makes a uid up when somebody adds a datasource by hand.
    In any other installation, staging included, that uid does not exist and the panel stays empty.

    **Instead.**
    Use a variable of type `datasource` (`"uid": "${datasource}"`), or give the datasource its uid in a provisioning
    file.

    The fix takes the dashboard's variable of type `datasource`, where exactly one offers that type.

    Not flagged: Grafana's own sources, the default datasource, and uids or names that a provisioning file of the
    repository defines. One finding a dashboard and datasource, not one a panel.
    Where the uid reads as if somebody had chosen it, another repository may provision it: the confidence is low.
    """

    id = "dashboards/hard-coded-datasource"
    summary = "datasource is named by a uid that exists in one installation only"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.1",)
    needs_all = True

    def check_project(self, project: Project) -> Iterator[Finding]:
        provisioned = {name for one in project.all(ProvisionedDatasource) for name in (one.uid, one.name) if name}
        dashboards: dict[tuple[str, str], list[Dashboard]] = defaultdict(list)
        named: dict[tuple[tuple[str, str], str], list[tuple[Dashboard | Panel, Datasource]]] = defaultdict(list)
        nodes: list[Dashboard | Panel] = [*project.all(Dashboard), *project.all(Panel)]
        for node in nodes:
            if isinstance(node, Dashboard):
                dashboards[_board(node)].append(node)
            for source in node.datasources:
                if source.reference.value not in provisioned and not _is_everywhere(source):
                    named[_board(node), source.reference.value].append((node, source))
        for (board, reference), places in named.items():
            # A file may hold several dashboards; which of two with one title a panel is in cannot be told.
            dashboard = dashboards[board][0] if len(dashboards[board]) == 1 else None
            node, first = places[0]
            variables = {one.name.value for one in dashboard.variables} if dashboard is not None else set()
            certain = reference in variables or _MADE_UP.fullmatch(reference) is not None
            yield self.finding(
                f"`{reference}` is the name of a variable, and no datasource: the `$` is missing"
                if reference in variables
                else f"datasource `{reference}` is known to one Grafana only",
                node.place(first.reference),
                help="use a variable of type `datasource`, or provision the datasource with this uid",
                fix=_fix([source for _, source in places], dashboard) if dashboard is not None else None,
                confidence=Confidence.HIGH if certain else Confidence.LOW,
            )

    examples = (
        Bad(
            dashboard(
                '"type": "stat", "title": "Sales", "datasource": {"type": "prometheus", "uid": "fej9ntb4ninswf"}'
            ),
            path="billing.json",
            at="fej9ntb4ninswf",
        ),
        Bad(
            dashboard(_TWICE.format("P1809F7CD0C75ACF3"), variables=_VARIABLE),
            path="billing.json",
            at="P1809F7CD0C75ACF3",
            fixed=dashboard(_TWICE.format("${source}"), variables=_VARIABLE),
        ),
        Bad(
            dashboard(_PANEL.format('{"type": "prometheus", "uid": "source"}'), variables=_VARIABLE),
            path="billing.json",
            at="source",
            why="the variable without its `$`",
            fixed=dashboard(_PANEL.format('{"type": "prometheus", "uid": "${source}"}'), variables=_VARIABLE),
        ),
        Bad(
            dashboard(_PANEL.format('"Prometheus main"')),
            path="billing.json",
            at="Prometheus main",
            why="a name, as dashboards had it before Grafana 8.3",
        ),
        Bad(_TWO, at="fej9ntb4ninswf", why="the variable is another dashboard's, and no fix takes it"),
        Good(
            dashboard(_PANEL.format('{"type": "prometheus", "uid": "${datasource}"}')),
            path="billing.json",
        ),
        Good(
            dashboard(_PANEL.format('{"type": "prometheus", "uid": "metrics"}')),
            path="billing.json",
            files={"datasources.yml": _PROVISIONED},
            why="the uid is provisioned",
        ),
    )


def _board(node: Dashboard | Panel) -> tuple[str, str]:
    """The dashboard that a node is of: its file and its name, as panels have it."""
    if isinstance(node, Panel):
        return node.at.source, node.dashboard
    return node.at.source, node.title.value if node.title is not None else node.at.source


def _is_everywhere(source: Datasource) -> bool:
    reference = source.reference.value
    own = reference.startswith(("$", "[[", "-- ")) or reference in ("grafana", "default", "")
    return own or source.type in ("datasource", "grafana")


def _fix(sources: Sequence[Datasource], dashboard: Dashboard) -> Fix | None:
    kinds = {source.type for source in sources if source.type is not None}
    offered = [one for one in dashboard.variables if one.type == "datasource"]
    fitting = [one for one in offered if kinds <= {one.offers}]
    if len(fitting) != 1:
        return None
    variable = fitting[0].name.value
    edits = [
        source.reference.edit(0, len(source.reference.value), f"${{{variable}}}")
        for source in {source.reference.region(): source for source in sources}.values()
    ]
    whole = tuple(edit for edit in edits if edit is not None)
    return Fix(f"use the variable `{variable}`", whole, safe=False) if len(whole) == len(edits) else None
