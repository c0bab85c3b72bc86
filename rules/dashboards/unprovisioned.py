"""`dashboards/unprovisioned`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import Dashboard, DashboardProvider
from ._samples import dashboard

_PANEL = '"type": "stat", "title": "Sales", "targets": [{"expr": "sales"}]'
_PROVIDER = "apiVersion: 1\nproviders:\n  - name: all\n    type: file\n    options:\n      path: {path}\n"


class Unprovisioned(Rule):
    """
    Flags dashboards that no provisioning file of the repository loads.

    **Why.**
    A dashboard that is only in the repository is seen by nobody, and one that is imported by hand drifts from its file.

    **Instead.**
    Put it below a folder that a provider loads, or add a provider for its folder.

    A provider names a folder of Grafana's machine, so that the comparison is by the folder's own name: a dashboard
    beside or below the provisioning file, or below a folder of that name, counts as loaded.
    Not flagged: anything in a repository without a provisioning file.
    """

    id = "dashboards/unprovisioned"
    summary = "no provisioning file loads the dashboard"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.1",)
    needs_all = True
    about = (Dashboard, DashboardProvider)

    def check_project(self, project: Project) -> Iterator[Finding]:
        providers = project.all(DashboardProvider)
        if not providers:
            return
        for own in project.all(Dashboard):
            if any(_loads(provider, own.at.source) for provider in providers):
                continue
            yield self.finding(
                f"no provisioning file loads `{own.title.value if own.title is not None else own.at.source}`",
                own.at,
                help="put it below a folder that a provider loads, or add a provider",
                related=[Related(providers[0].at, "this is what is loaded")],
                confidence=Confidence.LOW,
            )

    examples = (
        Bad(
            dashboard(_PANEL),
            path="drafts/billing.json",
            files={"grafana/dashboards/provisioning.yml": _PROVIDER.format(path="/var/lib/grafana/dashboards")},
            at="Billing",
        ),
        Good(
            dashboard(_PANEL),
            path="grafana/dashboards/billing.json",
            files={"grafana/provisioning.yml": _PROVIDER.format(path="/var/lib/grafana/dashboards")},
        ),
        Good(dashboard(_PANEL), path="drafts/billing.json", why="nothing is provisioned here"),
    )


def _loads(provider: DashboardProvider, source: str) -> bool:
    folders = PurePosixPath(source).parents
    return PurePosixPath(provider.at.source).parent in folders[:-1] or any(
        folder.name == PurePosixPath(provider.path).name for folder in folders
    )
