"""`synthetics/unknown-module`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Probe, ScrapeJob
from ._samples import JOB, MODULES


class UnknownModule(Rule):
    """
    Flags probe jobs that ask for a module which no file of modules defines.

    **Why.**
    blackbox_exporter answers with an error, the job is down, and an alert on `probe_success` sees nothing.

    **Instead.**
    Define the module, or correct its name.

    Not flagged: anything in a repository without a file of modules.
    """

    id = "synthetics/unknown-module"
    summary = "job asks for a module that does not exist"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.5",)
    needs_all = True

    def check_project(self, project: Project) -> Iterator[Finding]:
        known = {probe.name.value for probe in project.all(Probe)}
        for job in project.all(ScrapeJob) if known else ():
            for module in job.modules if job.is_probe else ():
                if module.value in known:
                    continue
                near = difflib.get_close_matches(module.value, sorted(known), n=1)
                yield self.finding(
                    f"there is no module `{module.value}`",
                    job.place(module),
                    help=f"did you mean `{near[0]}`?" if near else "define it, or correct its name",
                )

    examples = (
        Bad(JOB.replace("[health]", "[healht]"), path="prometheus.yml", files={"blackbox.yml": MODULES}, at="healht"),
        Good(JOB, path="prometheus.yml", files={"blackbox.yml": MODULES}),
        Good(JOB, path="prometheus.yml", why="the modules are kept elsewhere"),
    )
