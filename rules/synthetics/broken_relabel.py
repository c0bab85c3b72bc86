"""`synthetics/broken-relabel`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import ScrapeJob, Spelling
from ._samples import JOB

_STEPS = {
    "__param_target": "the prober is not told what to probe",
    "__address__": "Prometheus scrapes the target itself and not the prober",
    "instance": "all targets become one: their series have the prober's address as `instance`",
}


class BrokenRelabel(Rule):
    """
    Flags probe jobs whose relabelling lacks one of its three steps: `__param_target`, `instance`, `__address__`.

    **Why.**
    Without the first the prober does not know the target, without the last Prometheus scrapes the target itself, and
    without `instance` the results of all targets overwrite each other.

    **Instead.**
    Move `__address__` to `__param_target`, copy that to `instance`, and set `__address__` to the prober.

    Not flagged: jobs that give `target` as a parameter, jobs whose relabelling uses `labelmap`, which may do it, and
    the operator's `Probe`, which needs none of the three.
    """

    id = "synthetics/broken-relabel"
    summary = "probe job does not hand its target over"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.5",)

    def check_scrape_job(self, job: ScrapeJob) -> Iterator[Finding]:
        # The operator adds the steps of a Probe itself, and a prober behind a service has its target as a parameter.
        if job.spelling is Spelling.MONITOR or any(step.action == "labelmap" for step in job.relabels):
            return
        if not job.is_probe or not job.modules or not job.targets:
            return
        set_ = {step.target_label.value for step in job.relabels if step.target_label is not None}
        # With a single target and `instance` as it is, nothing collides.
        wanted = [label for label in _STEPS if label != "instance" or len(job.targets) > 1]
        missing = [label for label in wanted if label not in set_]
        # A job that sets none of them speaks to a prober in another way (a proxy, an operator).
        if missing and (set_ & set(_STEPS)):
            yield self.finding(
                f"job `{job.name.value}` does not set `{missing[0]}`: {_STEPS[missing[0]]}",
                job.at,
                help="set `__param_target`, `instance` and `__address__`, in this order",
            )

    examples = (
        Bad(JOB.replace("target_label: __address__", "target_label: prober"), path="prometheus.yml", at="probe"),
        Good(JOB, path="prometheus.yml"),
    )
