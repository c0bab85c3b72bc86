"""`synthetics/unknown-module`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import CronProbe, Node, Probe, ScrapeJob
from ...lint.region import Text
from ._samples import ASKS_PROBER, JOB, MODULES


class UnknownModule(Rule):
    """
    Flags probe jobs, and jobs on a schedule that ask a prober, whose module no file of modules defines.

    **Why.**
    blackbox_exporter answers with an error, the job is down, and an alert on `probe_success` sees nothing.

    **Instead.**
    Define the module, or correct its name.

    Not flagged: anything in a repository without a file of modules, and names that are variables.
    """

    id = "synthetics/unknown-module"
    summary = "job asks for a module that does not exist"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.5",)
    needs_all = True
    about = (Probe,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        known = {probe.name.value for probe in project.loaded(Probe)}
        for job in project.loaded(ScrapeJob) if known else ():
            yield from self._unknown(job, job.modules if job.is_probe else (), known)
        for probe in project.all(CronProbe) if known else ():
            yield from self._unknown(probe, probe.modules, known)

    def _unknown(self, node: Node, modules: Iterable[Text], known: set[str]) -> Iterator[Finding]:
        for module in modules:
            if module.value in known or "$" in module.value:
                continue
            near = difflib.get_close_matches(module.value, sorted(known), n=1)
            yield self.finding(
                f"there is no module `{module.value}`",
                node.place(module),
                help=f"did you mean `{near[0]}`?" if near else "define it, or correct its name",
            )

    examples = (
        Bad(JOB.replace("[health]", "[healht]"), path="prometheus.yml", files={"blackbox.yml": MODULES}, at="healht"),
        Good(JOB, path="prometheus.yml", files={"blackbox.yml": MODULES}),
        Bad(ASKS_PROBER, path="probes.crontab", files={"blackbox.yml": MODULES}, at="http_post"),
        Good(ASKS_PROBER.replace("http_post", "$MODULE"), path="probes.crontab", files={"blackbox.yml": MODULES}),
        Good(JOB, path="prometheus.yml", why="the modules are kept elsewhere"),
    )
