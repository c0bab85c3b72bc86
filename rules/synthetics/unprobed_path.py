"""`synthetics/unprobed-path`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import CronProbe, Node, ScrapeJob
from ._samples import BROWSER, CRON_JOB, JOB


class UnprobedPath(Rule):
    """
    Flags paths of the policy that no probe asks for.

    **Why.**
    What only real users try is found broken by real users.

    **Instead.**
    Add it to the targets of a probe job.

    Jobs on a schedule that ask with `curl`, k6 or a browser (a CronJob, a workflow, a line of a crontab) are probes,
    too, unless they are suspended.
    Where one runs a tool whose own files say what it asks (k6, Playwright, Cypress, …), it may ask for any path: the
    confidence is low, and the finding names that job.
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
        jobs = [job for job in project.loaded(ScrapeJob) if job.is_probe and job.targets]
        running = [probe for probe in project.all(CronProbe) if not probe.is_suspended]
        # A scheduled job with an address in it may do anything: that it asks for one of the paths makes it a probe.
        crons = [
            probe for probe in running if any(path in target.value for path in self.paths for target in probe.targets)
        ]
        probes: list[ScrapeJob | CronProbe] = [*jobs, *crons]
        asked = [target.value for probe in probes for target in probe.targets]
        for path in self.paths if asked else ():
            if not any(path in target for target in asked):
                yield self._unprobed(path, probes[0], [probe for probe in running if probe.tool is not None])

    def _unprobed(self, path: str, probe: Node, unknown: Sequence[CronProbe]) -> Finding:
        if not unknown:
            return self.finding(f"no probe asks for `{path}`", probe.at, help="add it to the targets of a probe job")
        tool = unknown[0].tool
        name = tool.value if tool is not None else "a tool"
        return self.finding(
            f"no probe asks for `{path}`, unless `{name}` of job `{unknown[0].name.value}` does",
            probe.at,
            help="add it to the targets of a probe job, or accept this if the scripts of the tool ask for it",
            confidence=Confidence.LOW,
            related=[Related(unknown[0].at, f"what `{name}` asks for stands in files of its own")],
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
            JOB,
            path="prometheus.yml",
            files={"cron.d/probes": "*/5 * * * * root curl -fsS $BASE_URL/graphql\n"},
            options={"paths": ("/health", "/graphql")},
            why="of which host, only the shell knows",
        ),
        Bad(
            JOB,
            path="prometheus.yml",
            files={".github/workflows/browser.yml": BROWSER},
            options={"paths": ("/health", "/graphql")},
            at="probe",
        ),
        Good(
            BROWSER,
            path=".github/workflows/browser.yml",
            options={"paths": ("/graphql",)},
            why="which paths the browser asks for is not known",
        ),
        Good(
            CRON_JOB.replace("/health", "/v1/report"),
            path="report.yml",
            options={"paths": ("/health",)},
            why="nothing here is a probe",
        ),
    )
