"""`synthetics/unprobed-path`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import ScrapeJob
from ._samples import JOB


class UnprobedPath(Rule):
    """
    Flags paths of the policy that no probe asks for.

    **Why.**
    What only real users try is found broken by real users.

    **Instead.**
    Add it to the targets of a probe job.

    Silent without the option `paths`, and in a repository without probe jobs.
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
        jobs = [job for job in project.all(ScrapeJob) if job.is_probe]
        targets = [target.value for job in jobs for target in job.targets]
        for path in self.paths if targets else ():
            if not any(path in target for target in targets):
                yield self.finding(
                    f"no probe asks for `{path}`", jobs[0].at, help="add it to the targets of a probe job"
                )

    examples = (
        Bad(JOB, path="prometheus.yml", options={"paths": ("/health", "/graphql")}, at="probe"),
        Good(JOB, path="prometheus.yml", options={"paths": ("/health",)}),
    )
