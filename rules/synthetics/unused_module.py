"""`synthetics/unused-module`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import CronProbe, Probe, ScrapeJob
from ._samples import ASKS_PROBER, JOB, MODULES


class UnusedModule(Rule):
    """
    Flags modules that no probe job asks for.

    **Why.**
    It looks as if something were watched that is not.

    **Instead.**
    Add a job, or delete the module.

    Not flagged: anything in a repository without probe jobs; and where a job on a schedule asks the prober itself
    (`curl 'blackbox:9115/probe?module=…'`), the module that it names, or all of them where a variable names it.
    """

    id = "synthetics/unused-module"
    summary = "no job asks for the module"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("1.5",)
    needs_all = True
    about = (Probe, ScrapeJob)

    def check_project(self, project: Project) -> Iterator[Finding]:
        jobs = [job for job in project.loaded(ScrapeJob) if job.is_probe]
        used = {module.value for job in jobs for module in job.modules}
        used |= {module.value for probe in project.all(CronProbe) for module in probe.modules}
        # Which module a variable names is known to the shell only.
        if not jobs or any("$" in module for module in used):
            return
        for probe in project.loaded(Probe):
            if probe.name.value not in used:
                yield self.finding(
                    f"no job asks for module `{probe.name.value}`", probe.at, help="add a job, or delete the module"
                )

    examples = (
        Bad(MODULES + "  ping:\n    prober: icmp\n", path="blackbox.yml", files={"prometheus.yml": JOB}, at="ping"),
        Good(MODULES, path="blackbox.yml", files={"prometheus.yml": JOB}),
        Good(MODULES, path="blackbox.yml"),
        Good(
            MODULES + "  ping:\n    prober: icmp\n",
            path="blackbox.yml",
            files={"README.md": f"# How to scrape\n\n```yaml\n{JOB}```\n"},
            why="a page shows how, and nobody here does",
        ),
        Good(
            MODULES + "  http_post:\n    prober: http\n",
            path="blackbox.yml",
            files={"prometheus.yml": JOB, "probes.crontab": ASKS_PROBER},
            why="a line of a crontab asks for it",
        ),
        Good(
            MODULES + "  http_post:\n    prober: http\n",
            path="blackbox.yml",
            files={"prometheus.yml": JOB, "probes.crontab": ASKS_PROBER.replace("http_post", "$MODULE")},
            why="a line of a crontab may ask for it",
        ),
    )
