"""`synthetics/unprobed-path`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import CronProbe, ScrapeJob
from ._samples import CRON_JOB, JOB


class UnprobedPath(Rule):
    """
    Flags paths of the policy that no probe asks for.

    **Why.**
    What only real users try is found broken by real users.

    **Instead.**
    Add it to the targets of a probe job.

    Jobs on a schedule that ask with `curl`, k6 or a browser (a CronJob, a workflow, a line of a `.crontab` file) are
    probes, too, unless they are suspended.
    Silent without the option `paths`, and in a repository that probes nothing.
    """

    id = "synthetics/unprobed-path"
    summary = "a path of the policy is not probed"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.5",)
    needs_all = True
    policy = "paths"

    paths: tuple[str, ...] = ()
    """Parts of targets of which each must be probed: `/health`, `/graphql`."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        jobs = [job for job in project.all(ScrapeJob) if job.is_probe and job.targets]
        # A scheduled job with an address in it may do anything: that it asks for one of the paths makes it a probe.
        crons = [
            probe
            for probe in project.all(CronProbe)
            if not probe.is_suspended and any(path in target.value for path in self.paths for target in probe.targets)
        ]
        probes: list[ScrapeJob | CronProbe] = [*jobs, *crons]
        asked = [target.value for probe in probes for target in probe.targets]
        for path in self.paths if asked else ():
            if not any(path in target for target in asked):
                yield self.finding(
                    f"no probe asks for `{path}`", probes[0].at, help="add it to the targets of a probe job"
                )

    examples = (
        Bad(JOB, path="prometheus.yml", options={"paths": ("/health", "/graphql")}, at="probe"),
        Good(JOB, path="prometheus.yml", options={"paths": ("/health",)}),
        Bad(CRON_JOB, path="probe.yml", options={"paths": ("/health", "/graphql")}, at="health-check"),
        Good(CRON_JOB, path="probe.yml", options={"paths": ("/health",)}),
        Good(
            JOB,
            path="prometheus.yml",
            files={"probes.crontab": "*/5 * * * * curl -fsS https://api.example/graphql?query=%7B__typename%7D\n"},
            options={"paths": ("/health", "/graphql")},
            why="a line of a crontab asks for the other",
        ),
        Good(
            CRON_JOB.replace("/health", "/v1/report"),
            path="report.yml",
            options={"paths": ("/health",)},
            why="nothing here is a probe",
        ),
    )
