"""`synthetics/unused-module`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Probe, ScrapeJob
from ._samples import JOB, MODULES


class UnusedModule(Rule):
    """
    Flags modules that no probe job asks for.

    **Why.**
    It looks as if something were watched that is not.

    **Instead.**
    Add a job, or delete the module.

    Not flagged: anything in a repository without probe jobs.
    """

    id = "synthetics/unused-module"
    summary = "no job asks for the module"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("1.5",)
    needs_all = True

    def check_project(self, project: Project) -> Iterator[Finding]:
        jobs = [job for job in project.all(ScrapeJob) if job.is_probe]
        used = {module.value for job in jobs for module in job.modules}
        for probe in project.all(Probe) if jobs else ():
            if probe.name.value not in used:
                yield self.finding(
                    f"no job asks for module `{probe.name.value}`", probe.at, help="add a job, or delete the module"
                )

    examples = (
        Bad(MODULES + "  ping:\n    prober: icmp\n", path="blackbox.yml", files={"prometheus.yml": JOB}, at="ping"),
        Good(MODULES, path="blackbox.yml", files={"prometheus.yml": JOB}),
        Good(MODULES, path="blackbox.yml"),
    )
