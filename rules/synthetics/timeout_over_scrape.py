"""`synthetics/timeout-over-scrape`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import Probe, ScrapeJob
from ...lint.telemetry.duration import seconds, spell
from ._samples import JOB, MODULES


class TimeoutOverScrape(Rule):
    """
    Flags modules whose timeout is longer than the scrape timeout of a job that asks them.

    **Why.**
    blackbox_exporter gives up half a second before Prometheus would hang up, whatever the module says
    (`--timeout-offset`): a target that needs eight seconds is reported as failed by a module that allows thirty.

    **Instead.**
    Raise the job's `scrape_timeout` above the module's timeout, or shorten the timeout to what is really meant.
    """

    id = "synthetics/timeout-over-scrape"
    summary = "probe is cut short by its scrape"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.5",)
    about = (Probe, ScrapeJob)

    def check_project(self, project: Project) -> Iterator[Finding]:
        probes = {probe.name.value: probe for probe in project.all(Probe)}
        reported: set[str] = set()
        for job in project.all(ScrapeJob):
            for module in job.modules if job.is_probe else ():
                probe = probes.get(module.value)
                length = seconds(probe.timeout.value) if probe is not None and probe.timeout is not None else None
                if probe is None or probe.timeout is None or length is None or module.value in reported:
                    continue
                if job.timeout_seconds is not None and length > job.timeout_seconds:
                    reported.add(module.value)
                    yield self.finding(
                        f"module `{module.value}` allows {probe.timeout.value}, and the scrape"
                        f" of `{job.name.value}` ends it after {spell(job.timeout_seconds)}",
                        probe.place(probe.timeout),
                        help="shorten it, or raise the job's `scrape_timeout`",
                        related=[Related(job.at, "the job that asks it")],
                    )

    examples = (
        Bad(
            MODULES.replace("timeout: 5s", "timeout: 30s"),
            path="blackbox.yml",
            files={"prometheus.yml": JOB},
            at="30s",
        ),
        Good(MODULES, path="blackbox.yml", files={"prometheus.yml": JOB}),
        Good(
            MODULES.replace("timeout: 5s", "timeout: 30s"),
            path="blackbox.yml",
            why="the job that asks it is not in this repository",
        ),
    )
