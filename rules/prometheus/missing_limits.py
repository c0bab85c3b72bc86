"""`prometheus/missing-limits`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import PrometheusConfig, ScrapeJob
from ._samples import MONITOR, WHOLE


class MissingLimits(Rule):
    """
    Flags scrape jobs without a limit on what a target may expose.

    **Why.**
    One label with a user's id in it, deployed on a Friday, fills the memory of the server that watches everything else.
    With a `sample_limit` the scrape fails instead, `up` is 0, and the one service at fault is known.

    **Instead.**
    Set `sample_limit` and `label_limit` in `global`, well above what the largest target exposes today
    (`obsaudit live` shows it: `scrape/near-limit`), and more for the jobs that need more.

    Said once where no job has any.
    Not flagged: fragments in documents, and probes, which expose a few series; and the resources of the operator, for
    which a Prometheus resource may set the limits (`enforcedSampleLimit`).
    """

    id = "prometheus/missing-limits"
    summary = "a target may expose any number of series"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    limits: tuple[str, ...] = ("sample_limit", "label_limit")
    """The limits that every job needs."""

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        jobs = [job for job in config.jobs if not job.is_probe]
        lacking = [job for job in jobs if self._missing(job)]
        if not config.is_whole or not lacking:
            return
        if not any(job.limits & frozenset(self.limits) for job in jobs):
            names = " and ".join(f"`{name}`" for name in self.limits)
            yield self.finding(
                f"no job has {names}: one target can fill the server",
                config.at,
                help=f"set {names} in `global`",
            )
            return
        for job in lacking:
            names = " and ".join(f"`{name}`" for name in self._missing(job))
            yield self.finding(f"`{job.name.value}` has no {names}", job.at, help=f"set {names}, here or in `global`")

    def _missing(self, job: ScrapeJob) -> list[str]:
        return [name for name in self.limits if name not in job.limits]

    examples = (
        Bad(WHOLE.replace("    label_limit: 30\n", ""), at="api"),
        Bad(WHOLE.replace("    label_limit: 30\n", "").replace("    sample_limit: 20000\n", ""), at="global"),
        Bad(WHOLE + "  - job_name: worker\n", at="worker"),
        Good(WHOLE),
        Good(
            WHOLE.replace("  evaluation_interval", "  sample_limit: 5000\n  label_limit: 30\n  evaluation_interval")
            + "  - job_name: worker\n",
            why="`global` has them",
        ),
        Good(MONITOR, why="a Prometheus resource may enforce them"),
        Good("scrape_configs: [{job_name: api}]\n", why="a fragment"),
    )
