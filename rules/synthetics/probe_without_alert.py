"""`synthetics/probe-without-alert`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Rule, Severity
from ...lint.nodes import AlertingRule, CronProbe, Query, ScrapeJob
from ._samples import ALERT, CRON_JOB, JOB

_CRON_RESULT = re.compile(r"kube_(?:job|cronjob)_|probe_")
_WATCHES = re.compile(r"health|probe|synthetic|smoke|uptime|canary|/ready|/live|/ping|/status", re.I)
# Where its own commands tell somebody, or a service that notices when it does not come.
_TELLS = re.compile(
    r"pagerduty|opsgenie|slack|webhook|alertmanager|pushgateway|/api/v2/alerts|hc-ping|healthchecks\.io"
)


class ProbeWithoutAlert(Rule):
    """
    Flags probes in a repository whose alerts never read their result.

    **Why.**
    The probe fails, the dashboard turns red, and nobody is told.

    **Instead.**
    Alert on `probe_success == 0`; where a CronJob of Kubernetes is the probe, on `kube_job_status_failed > 0`.

    Not flagged: anything in a repository without alerts, and jobs on a schedule that tell somebody themselves, as a
    workflow of GitHub and cron's mail do. Of a CronJob, the confidence is low: such alerts often come with the cluster.
    """

    id = "synthetics/probe-without-alert"
    summary = "no alert reads the probe's result"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.5",)
    needs_all = True
    about = (AlertingRule,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.all(AlertingRule)
        # A recording may stand between the probe and its alert.
        queries = [query.text.value for query in project.all(Query)]
        if alerts and not any(_CRON_RESULT.search(query) for query in queries):
            yield from self._cron_jobs(project)
        if not alerts or any("probe_" in query for query in queries):
            return
        for job in project.loaded(ScrapeJob):
            if job.is_probe and job.modules:
                yield self.finding(
                    f"no alert reads the result of the probes of `{job.name.value}`",
                    job.at,
                    help="alert on `probe_success == 0`",
                )

    def _cron_jobs(self, project: Project) -> Iterator[Finding]:
        for probe in project.all(CronProbe):
            names = (probe.name.value, *(target.value for target in probe.targets))
            watches = any(_WATCHES.search(name) for name in names)
            runs = probe.is_cluster and not probe.is_suspended
            if runs and watches and not any(_TELLS.search(name) for name in names):
                yield self.finding(
                    f"no alert says that the probe `{probe.name.value}` fails",
                    probe.at,
                    help="alert on `kube_job_status_failed > 0`",
                    confidence=Confidence.LOW,
                )

    examples = (
        Bad(CRON_JOB, path="probe.yml", files={"alerts.yml": "- alert: Down\n  expr: up == 0\n"}, at="health-check"),
        Good(
            CRON_JOB,
            path="probe.yml",
            files={"alerts.yml": "- alert: ProbeJobFails\n  expr: kube_job_status_failed > 0\n"},
        ),
        Good(
            "*/5 * * * * curl -fsS https://api.example/health\n",
            path="crontab",
            files={"alerts.yml": "- alert: Down\n  expr: up == 0\n"},
            why="cron sends what a command says by mail",
        ),
        Bad(JOB, path="prometheus.yml", files={"alerts.yml": "- alert: Down\n  expr: up == 0\n"}, at="probe"),
        Good(JOB, path="prometheus.yml", files={"alerts.yml": ALERT}),
        Good(JOB, path="prometheus.yml", why="the alerts are kept elsewhere"),
    )
