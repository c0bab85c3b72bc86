"""`dashboards/hard-coded-datasource`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Dashboard, Datasource, Node, Panel, ProvisionedDatasource
from ._samples import dashboard

_PANEL = '"type": "stat", "title": "Sales", "datasource": {}'
_PROVISIONED = "apiVersion: 1\ndatasources:\n  - name: Prometheus\n    type: prometheus\n    uid: metrics\n"


class HardCodedDatasource(Rule):
    """
    Flags panels, variables and annotations that name a datasource by a uid which nothing in the repository gives it.

    **Why.**
    Grafana makes a uid up when somebody adds a datasource by hand.
    In any other installation, staging included, that uid does not exist and the panel stays empty.

    **Instead.**
    Use a variable of type `datasource` (`"uid": "${datasource}"`), or give the datasource its uid in a provisioning
    file.

    Not flagged: Grafana's own sources, the default datasource, and uids or names that a provisioning file of the
    repository defines. One finding a dashboard and datasource, not one a panel.
    """

    id = "dashboards/hard-coded-datasource"
    summary = "datasource is named by a uid that exists in one installation only"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.1",)
    needs_all = True

    def check_project(self, project: Project) -> Iterator[Finding]:
        provisioned = {name for one in project.all(ProvisionedDatasource) for name in (one.uid, one.name) if name}
        seen: set[tuple[str, str]] = set()
        nodes: Iterable[Node] = (*project.all(Dashboard), *project.all(Panel))
        for node in nodes:
            for source in node.datasources if isinstance(node, Dashboard | Panel) else ():
                reference = source.reference.value
                key = (node.at.source, reference)
                if key in seen or reference in provisioned or not _is_hard_coded(source):
                    continue
                seen.add(key)
                yield self.finding(
                    f"datasource `{reference}` is known to one Grafana only",
                    node.place(source.reference),
                    help="use a variable of type `datasource`, or provision the datasource with this uid",
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
            dashboard(_PANEL.format('"Prometheus main"')),
            path="billing.json",
            at="Prometheus main",
            why="a name, as dashboards had it before Grafana 8.3",
        ),
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


def _is_hard_coded(source: Datasource) -> bool:
    reference = source.reference.value
    own = reference.startswith(("$", "[[", "-- ")) or reference in ("grafana", "default", "")
    return not own and source.type not in ("datasource", "grafana")
