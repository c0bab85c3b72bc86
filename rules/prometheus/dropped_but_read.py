"""`prometheus/dropped-but-read`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import Dialect, PrometheusConfig, Query, Relabel, ScrapeJob
from ...lint.relabel import fate, removes, source_of
from ._samples import ALERT, WHOLE


class DroppedButRead(Rule):
    """
    Flags queries that read what `metric_relabel_configs` throws away: a metric, a bucket, a label.

    **Why.**
    The series is scraped, dropped before it is stored, and the alert that reads it never fires: it has nothing to
    compare.
    Who saves series looks at one file, who writes an alert at another.

    **Instead.**
    Keep what is read, or read something else.

    The steps are followed as Prometheus runs them, with the values that the selector asks for (`job`, `le`, every
    matcher with `=`).
    A query that names the job (`job="api"`) is judged by that job, any other one by all jobs of the file: only when all
    of them drop it, the confidence is high; it is low where another job may still bring the metric.
    Not flagged: what depends on a label that the query does not fix.
    """

    id = "prometheus/dropped-but-read"
    summary = "query reads what is never stored"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)

    def check_project(self, project: Project) -> Iterator[Finding]:
        configs = [one for one in project.all(PrometheusConfig) if any(job.metric_relabels for job in one.jobs)]
        if not configs:
            return
        for query in project.all(Query):
            expr = promql.parse(query.text.value).expr if query.dialect is Dialect.PROMQL else None
            for part in promql.walk(expr) if expr is not None else ():
                if isinstance(part, promql.Selector) and part.metric is not None:
                    for config in configs:
                        yield from self._selector(query, part, config)

    def _selector(self, query: Query, selector: promql.Selector, config: PrometheusConfig) -> Iterator[Finding]:
        fixed = _fixed(selector)
        jobs = [job for job in config.jobs if fixed.get("job", job.name.value) == job.name.value]
        losses = [(job, loss) for job in jobs if (loss := _lost(job, fixed, selector)) is not None]
        if not losses:
            return
        job, (step, what, word) = losses[0]
        everywhere = len(losses) == len(jobs)
        at = job.place(step.regex) if step.regex is not None else job.at
        yield self.finding(
            f"{what} by the job `{job.name.value}`, and is read here",
            query.place(query.text, word.start, word.end),
            help="keep it in `metric_relabel_configs`, or read something else",
            related=[Related(at, "the step that drops it")],
            confidence=Confidence.HIGH if everywhere else Confidence.LOW,
        )

    examples = (
        Bad(
            ALERT,
            files={
                "prometheus.yml": WHOLE
                + """\
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: http_requests_.*|go_gc_.*
        action: drop
"""
            },
            at="http_requests_total",
        ),
        Bad(
            ALERT,
            files={"prometheus.yml": WHOLE + "    metric_relabel_configs: [{regex: status, action: labeldrop}]\n"},
            at="status",
        ),
        Bad(
            """\
- alert: Slow
  expr: sum(rate(http_duration_seconds_bucket{job="api", le="0.3"}[5m])) < 10
""",
            files={
                "prometheus.yml": WHOLE
                + """\
    metric_relabel_configs:
      - source_labels: [__name__, le]
        regex: http_duration_seconds_bucket;(0.05|0.3|0.7)
        action: drop
"""
            },
            at="http_duration_seconds_bucket",
        ),
        Good(ALERT, files={"prometheus.yml": WHOLE}),
        Good(
            ALERT.replace('job="api"', 'job="web"'),
            files={"prometheus.yml": WHOLE + "    metric_relabel_configs: [{regex: status, action: labeldrop}]\n"},
            why="the query reads another job",
        ),
        Good(
            ALERT,
            files={
                "prometheus.yml": WHOLE
                + """\
    metric_relabel_configs:
      - source_labels: [__name__, method]
        regex: http_requests_total;OPTIONS
        action: drop
"""
            },
            why="the query does not ask for that method",
        ),
    )


_Loss = tuple[Relabel, str, promql.Word | promql.Selector]


def _fixed(selector: promql.Selector) -> dict[str, str]:
    """The labels that a selector fixes, and its metric."""
    fixed = {
        matcher.label.value: matcher.value.value
        for matcher in selector.matchers
        if matcher.op.value == "=" and not (matcher.label.templated or matcher.value.templated)
    }
    return {**fixed, "__name__": selector.metric or ""}


def _lost(job: ScrapeJob, fixed: Mapping[str, str], selector: promql.Selector) -> _Loss | None:
    """What a job throws away of what a selector reads: the step, the loss in words, and where it is asked for."""
    after = fate(job.metric_relabels, {**fixed, "job": job.name.value})
    metric = fixed["__name__"]
    if after.dropped_by is not None and source_of(after.dropped_by, {**fixed, "job": job.name.value}) is not None:
        return after.dropped_by, f"`{metric}` is dropped", selector.name or selector
    for matcher in selector.matchers:
        name = matcher.label.value
        # A matcher that the empty value satisfies still finds the series.
        asks = matcher.op.value == "=" and matcher.value.value and not matcher.value.templated
        step = next((one for one in job.metric_relabels if removes(one, name)), None) if asks else None
        if step is not None and name != "job":
            return step, f"label `{name}` is taken from `{metric}`", matcher.label
    return None
