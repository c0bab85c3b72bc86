"""`dashboards/duplicate-uid`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import Dashboard
from ._samples import dashboard

_PANEL = '"type": "stat", "title": "Sales", "targets": [{"expr": "sales"}]'


class DuplicateUid(Rule):
    """
    Flags a dashboard with the uid of another one.

    **Why.**
    Grafana keeps one dashboard a uid: of two files, now the one and now the other is shown, and links lead to either.
    It happens when a file is copied to begin a new dashboard.

    **Instead.**
    Give the copy a uid of its own.

    Not flagged: the same dashboard twice, as builds leave it (same uid and same title).
    """

    id = "dashboards/duplicate-uid"
    summary = "two dashboards share a uid"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.1",)
    about = (Dashboard,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        first: dict[str, Dashboard] = {}
        for own in project.all(Dashboard):
            if own.uid is None or not own.uid.value:
                continue
            other = first.setdefault(own.uid.value, own)
            if other is own or other.uid is None or _title(other) == _title(own):
                continue
            yield self.finding(
                f"`{_title(own)}` has the uid `{own.uid.value}` of `{_title(other)}`",
                own.place(own.uid),
                help="give it a uid of its own",
                related=[Related(other.place(other.uid), "the other one")],
            )

    examples = (
        Bad(
            dashboard(_PANEL),
            path="billing.json",
            files={"events.json": dashboard(_PANEL).replace("Billing", "Events")},
            at="billing",
        ),
        Good(
            dashboard(_PANEL),
            path="billing.json",
            files={"events.json": dashboard(_PANEL, head='"uid": "events", ').replace("Billing", "Events")},
        ),
    )


def _title(dashboard: Dashboard) -> str:
    return dashboard.title.value if dashboard.title is not None else dashboard.at.source
