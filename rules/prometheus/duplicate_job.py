"""`prometheus/duplicate-job`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import PrometheusConfig, ScrapeJob
from ._files import is_relative, means
from ._samples import WHOLE


class DuplicateJob(Rule):
    """
    Flags jobs that have the name of another one.

    **Why.**
    Prometheus refuses the whole file: `job_name` tells the series of one job from those of another.

    **Instead.**
    Give one of them another name, or make them one job with several `static_configs`.

    The jobs of files that `scrape_config_files` names by a relative path count with those of the file that names them.
    """

    id = "prometheus/duplicate-job"
    summary = "two jobs have one name"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)
    about = (PrometheusConfig,)

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        first: dict[str, ScrapeJob] = {}
        for job in config.jobs:
            other = first.setdefault(job.name.value, job)
            if other is not job:
                yield self.finding(
                    f"there is a job `{job.name.value}` already",
                    job.at,
                    help="give it another name, or put its targets into that job",
                    related=[Related(other.at, "the first one")],
                )

    def check_project(self, project: Project) -> Iterator[Finding]:
        configs = project.loaded(PrometheusConfig)
        for config in configs:
            patterns = [text for text in config.settings.texts_at("scrape_config_files") if is_relative(text)]
            first = {job.name.value: job for job in config.jobs}
            included = (other for other in configs if any(means(text, config, other.at.source) for text in patterns))
            for job in (job for other in included if other is not config for job in other.jobs):
                known = first.setdefault(job.name.value, job)
                if known.at.source == job.at.source:
                    continue
                here, there = (known, job) if known.at.source == config.at.source else (job, known)
                yield self.finding(
                    f"there is a job `{job.name.value}` already, in `{there.at.source}`",
                    here.at,
                    help="give one of them another name",
                    related=[Related(there.at, "the other one")],
                )

    examples = (
        Bad(WHOLE + "  - job_name: 'api'\n", at="api"),
        Bad(
            WHOLE + "scrape_config_files: [jobs/*.yml]\n",
            at="api",
            files={"jobs/api.yml": "scrape_configs: [{job_name: api}]\n"},
        ),
        Good(
            WHOLE + "scrape_config_files: [jobs/*.yml]\n",
            files={"other/api.yml": "scrape_configs: [{job_name: api}]\n"},
            why="nothing includes the other file",
        ),
        Good(WHOLE + "  - job_name: worker\n    sample_limit: 10\n    label_limit: 5\n"),
    )
