"""Which scrape jobs a project has, where they are all that there are."""

from __future__ import annotations

from collections.abc import Mapping

from ...lint import Location, Project
from ...lint.nodes import PrometheusConfig, ScrapeJob, ScrapeResource
from ...lint.record import replace


def jobs(project: Project) -> Mapping[str, Location]:
    """
    The values that the label `job` can have, and where they come from; none where there may be others.

    Others come from relabelling, from files of jobs that are included, from another server (federation, remote
    write), from what the targets say themselves (`honor_labels`), and from resources of the operator whose job
    depends on a service or a namespace that is not here.
    """
    configs = [config for config in project.all(PrometheusConfig) if config.is_whole]
    own = [job for config in configs for job in config.jobs]
    handed = [job for resource in project.loaded(ScrapeResource) for job in resource.jobs]
    if not own and not handed:
        return {}
    if any(_is_open(config) for config in configs) or any(_renames(job) for job in own):
        return {}
    if any(job.honors_labels or _renames_samples(job) for job in handed):
        return {}
    every = project.loaded(ScrapeJob)
    return {} if None in (job.label for job in every) else {job.label: job.at for job in every if job.label}


def are_all(project: Project) -> bool:
    """Whether these are all jobs that there are: beside resources of the operator there may be those of the cluster."""
    return not project.loaded(ScrapeResource)


def _is_open(config: PrometheusConfig) -> bool:
    trusting = (job.get("honor_labels") is not None for job in config.settings.elements_at("scrape_configs"))
    return any(trusting) or config.settings.entry("scrape_config_files") is not None


def _renames_samples(job: ScrapeJob) -> bool:
    return _renames(replace(job, relabels=()))


def _renames(job: ScrapeJob) -> bool:
    steps = (*job.relabels, *job.metric_relabels)
    targets = {step.target_label.value for step in steps if step.target_label is not None}
    return "job" in targets or "labelmap" in {step.action for step in steps} or job.metrics_path == "/federate"
