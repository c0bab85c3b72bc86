"""`dashboards/missing-dashboard`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Dashboard
from ._samples import dashboard

_PANEL = '"type": "stat", "title": "Sales", "targets": [{"expr": "sales"}]'


class MissingDashboard(Rule):
    """
    Flags domains of the policy for which the repository has no dashboard.

    **Why.**
    A domain that nobody can look at is noticed by its customers first.

    **Instead.**
    Add a dashboard whose title, uid or tags name the domain.

    Silent without the option `domains`.
    """

    id = "dashboards/missing-dashboard"
    summary = "a domain has no dashboard"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.1",)
    needs_all = True
    policy = "domains"
    about = (Dashboard,)

    domains: tuple[str, ...] = ()
    """Words of which each must stand in the title or the uid of a dashboard: `billing`, `events`."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        dashboards = project.all(Dashboard)
        names = [_names(own) for own in dashboards]
        for domain in self.domains if dashboards else ():
            if not any(domain.lower() in name for name in names):
                yield self.finding(
                    f"no dashboard is about `{domain}`", dashboards[0].at, help="add one, with the domain in its title"
                )

    examples = (
        Bad(dashboard(_PANEL), path="billing.json", options={"domains": ("billing", "events")}, at="Billing"),
        Good(dashboard(_PANEL), path="billing.json", options={"domains": ("billing",)}),
    )


def _names(dashboard: Dashboard) -> str:
    return " ".join(text.value for text in (dashboard.title, dashboard.uid) if text is not None).lower()
