"""`prometheus/misplaced-relabel`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Relabel, ScrapeJob
from ...lint.telemetry.relabel import fate
from ._samples import MONITOR, WHOLE

_NAME = "__name__"
# Labels of samples that begin with two underscores; the last two are a feature of Prometheus 3.
_OF_SAMPLES = (_NAME, "__type__", "__unit__")


class MisplacedRelabel(Rule):
    """
    Flags steps of relabelling that read a label which is not there at that time.

    **Why.**
    `relabel_configs` runs before the scrape, over the labels of a target, and a target has no `__name__`: a `keep` on
    the names of metrics drops every target, a `drop` never drops anything.
    `metric_relabel_configs` runs after the scrape, over samples, and the labels `__address__` and `__meta_…` of their
    target are gone by then.
    Prometheus takes both: a label that is missing is an empty one.

    **Instead.**
    Choose metrics by name in `metric_relabel_configs` (the operator's `metricRelabelings`); copy what samples need of
    their target into a label of its own in `relabel_configs` (`relabelings`).

    Not flagged: labels that an earlier step may have written.
    """

    id = "prometheus/misplaced-relabel"
    summary = "relabelling reads a label that is not there yet, or no longer"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)

    def check_scrape_job(self, job: ScrapeJob) -> Iterator[Finding]:
        of_targets, of_samples = job.spelling.of("relabel_configs"), job.spelling.of("metric_relabel_configs")
        for index, step in enumerate(job.relabels):
            name = next((text for text in step.sources if text.value == _NAME), None)
            if name is not None and not _may_write(job.relabels[:index], _NAME):
                yield self.finding(
                    f"a target has no `{_NAME}`: {_effect(step, 'target')}",
                    job.place(name),
                    help=f"move the step to `{of_samples}`",
                )
        for index, step in enumerate(job.metric_relabels):
            for text in step.sources:
                label = text.value
                if not label.startswith("__") or label in _OF_SAMPLES or _may_write(job.metric_relabels[:index], label):
                    continue
                yield self.finding(
                    f"a sample has no `{label}`, which its target had: {_effect(step, 'sample')}",
                    job.place(text),
                    help=f"copy it into a label of its own in `{of_targets}`, and read that",
                )

    examples = (
        Bad(
            MONITOR
            + """\
      relabelings:
        - sourceLabels: [__name__]
          regex: app_.*
          action: keep
""",
            at="__name__",
        ),
        Bad(
            WHOLE
            + """\
    metric_relabel_configs:
      - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
""",
            at="__meta_kubernetes_namespace",
        ),
        Bad(WHOLE + "    relabel_configs: [{source_labels: [__name__], regex: go_.*, action: drop}]\n", at="__name__"),
        Good(
            MONITOR
            + """\
      relabelings:
        - {sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node}
      metricRelabelings:
        - {sourceLabels: [__name__, node], regex: go_.*;test-.*, action: drop}
"""
        ),
        Good(
            WHOLE
            + """\
    metric_relabel_configs:
      - {source_labels: [path], regex: '(/[^/]+).*', target_label: __tmp_first}
      - {source_labels: [__tmp_first], target_label: path}
""",
            why="a step before it writes the label",
        ),
    )


def _may_write(steps: Sequence[Relabel], label: str) -> bool:
    """Whether one of these steps may have written a label."""
    targets = [step.target_label.value for step in steps if step.target_label is not None]
    return any(target == label or "$" in target for target in targets) or any(
        step.action == "labelmap" for step in steps
    )


def _effect(step: Relabel, what: str) -> str:
    """What the step does to every target or sample, where the label is all that it reads."""
    if len(step.sources) > 1 or step.action not in ("keep", "drop"):
        return "it reads an empty string"
    dropped = fate([step], {step.sources[0].value: ""}).dropped_by is not None
    return f"every {what} is dropped" if dropped else f"no {what} is dropped"
