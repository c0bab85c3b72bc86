"""Which scrape jobs a project has, where they are all that there are."""

from __future__ import annotations

from collections.abc import Mapping

from ...lint import Location, Project
from ...lint.nodes import PrometheusConfig, ScrapeJob, ScrapeResource


def jobs(project: Project) -> Mapping[str, Location]:
    """
    The values that the label `job` can have, and where they come from; none where there may be others.

    Others come from relabelling, from files of jobs that are included, from another server (federation, remote
    write), from what the targets say themselves (`honor_labels`), and from resources of the operator, which jobs of
    the cluster stand beside.
    """
    configs = [config for config in project.all(PrometheusConfig) if config.is_whole]
    own = [job for config in configs for job in config.jobs]
    if not own or any(_is_open(config) for config in configs) or any(_renames(job) for job in own):
        return {}
    every = project.loaded(ScrapeJob)
    if any(True for _ in project.loaded(ScrapeResource)) or any(job.label is None for job in every):
        return {}
    return {job.label: job.at for job in every if job.label is not None}


def _is_open(config: PrometheusConfig) -> bool:
    trusting = (job.get("honor_labels") is not None for job in config.settings.elements_at("scrape_configs"))
    return any(trusting) or config.settings.entry("scrape_config_files") is not None


def _renames(job: ScrapeJob) -> bool:
    steps = (*job.relabels, *job.metric_relabels)
    targets = {step.target_label.value for step in steps if step.target_label is not None}
    return "job" in targets or "labelmap" in {step.action for step in steps} or job.metrics_path == "/federate"
