"""`synthetics/probe-without-alert`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import AlertingRule, Query, ScrapeJob
from ._samples import ALERT, JOB


class ProbeWithoutAlert(Rule):
    """
    Flags probe jobs in a repository whose alerts never read a probe's result.

    **Why.**
    The probe fails, the dashboard turns red, and nobody is told.

    **Instead.**
    Alert on `probe_success == 0`.

    Not flagged: anything in a repository without alerts.
    """

    id = "synthetics/probe-without-alert"
    summary = "no alert reads the probe's result"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.5",)
    needs_all = True

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.all(AlertingRule)
        # A recording may stand between the probe and its alert.
        if not alerts or any("probe_" in query.text.value for query in project.all(Query)):
            return
        for job in project.all(ScrapeJob):
            if job.is_probe and job.modules:
                yield self.finding(
                    f"no alert reads the result of the probes of `{job.name.value}`",
                    job.at,
                    help="alert on `probe_success == 0`",
                )

    examples = (
        Bad(JOB, path="prometheus.yml", files={"alerts.yml": "- alert: Down\n  expr: up == 0\n"}, at="probe"),
        Good(JOB, path="prometheus.yml", files={"alerts.yml": ALERT}),
        Good(JOB, path="prometheus.yml", why="the alerts are kept elsewhere"),
    )
