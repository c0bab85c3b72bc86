"""`prometheus/dropped-but-read`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import CollectorConfig, Dialect, PrometheusConfig, Query, ScrapeJob, ScrapeResource
from ...lint.record import replace
from ._drops import Asked, Loss, asked_by, in_collector, in_jobs, in_remote_write, makers_of, may_drop
from ._samples import ALERT, COLLECTOR, MONITOR, WHOLE


class DroppedButRead(Rule):
    """
    Flags queries that read what is thrown away before it is stored: a metric, a bucket, a label.

    **Why.**
    The series is scraped, dropped before it is stored, and the alert that reads it never fires: it has nothing to
    compare.
    Who saves series looks at one file, who writes an alert at another.

    **Instead.**
    Keep what is read, or read something else.

    Four places drop samples.

    - `metric_relabel_configs` of a job.
      The steps are followed as Prometheus runs them, with the values that the selector asks for (`job`, `le`, every
      matcher with `=`).
      A query that names the job (`job="api"`) is judged by that job, any other one by all jobs of the file: when all of
      them drop it, the confidence is high; where only some do, it is low, and the pattern must spell the name out.
    - `metricRelabelings` of the operator's resources, and lists of jobs that these or a chart include: all endpoints of
      the repository that may have the job must drop it.
    - The `filter` processor of a collector, and the jobs of its `prometheus` receiver: every pipeline of metrics must
      drop it.
      A name counts (`metric_names` with `match_type: strict`, `name == "…"`) for the series that exporters make of it;
      a pattern only for a metric that an instrument of the source makes, since that alone tells its name there.
      What is left out counts (`include`, `name != "…"`, `not`) for a metric that an instrument of OpenTelemetry makes;
      with low confidence where a job scrapes something past the collector.
    - `write_relabel_configs`, with low confidence, where the server evaluates no rules and every endpoint drops it.

    Not flagged: what depends on a label that the query does not fix, a metric that a later `transform` may make, what
    a page shows, and a step of vmagent with `if`.
    """

    id = "prometheus/dropped-but-read"
    summary = "query reads what is never stored"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)
    about = (Query,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        ways = _ways(project)
        if not ways:
            return
        makers = makers_of(project)
        for query in project.all(Query):
            expr = promql.parse(query.text.value).expr if query.dialect is Dialect.PROMQL else None
            for part in promql.walk(expr) if expr is not None else ():
                if isinstance(part, promql.Selector) and part.metric is not None:
                    asked = asked_by(part, makers)
                    for loss in filter(None, (way(asked) for way in ways)):
                        yield self._lost(query, loss)

    def _lost(self, query: Query, loss: Loss) -> Finding:
        return self.finding(
            f"{loss.what}, and is read here",
            query.place(query.text, loss.word.start, loss.word.end),
            help=loss.cure,
            related=[Related(loss.at, "the step that drops it")],
            confidence=Confidence.HIGH if loss.certain else Confidence.LOW,
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
        Bad(
            ALERT,
            files={"monitor.yml": MONITOR + "      metricRelabelings: [{regex: status, action: LabelDrop}]\n"},
            at="status",
        ),
        Bad(ALERT, files={"collector.yml": COLLECTOR}, at="http_requests_total"),
        Bad(
            ALERT,
            files={
                "agent.yml": """\
global: {scrape_interval: 15s}
scrape_configs: [{job_name: api}]
remote_write:
  - url: https://store.example/push
    write_relabel_configs:
      - {source_labels: [__name__], regex: http_requests_total|up, action: drop}
"""
            },
            at="http_requests_total",
        ),
        Good(
            ALERT,
            files={
                "monitor.yml": MONITOR.replace("app: api", "app: web") + "      metricRelabelings:\n"
                "        - {sourceLabels: [__name__], regex: http_.*, action: drop}\n"
            },
            why="the resource is that of another job",
        ),
        Good(
            ALERT,
            files={"collector.yml": COLLECTOR.replace("      processors: [filter]\n", "")},
            why="the processor runs in no pipeline",
        ),
        Good(ALERT, files={"prometheus.yml": WHOLE}),
        Good(
            ALERT,
            files={"steps.md": f"# Steps\n\n```yaml\n{WHOLE}    metric_relabel_configs: [{{action: drop}}]\n```\n"},
            why="a page shows an example, which no server runs",
        ),
        Good(
            ALERT,
            files={"agent.yml": WHOLE + "    metric_relabel_configs: [{if: 'go_gc_duration_seconds', action: drop}]\n"},
            why="vmagent takes the step for some series only",
        ),
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


_Way = Callable[[Asked], Loss | None]


def _ways(project: Project) -> list[_Way]:
    """Each way of samples into a store on which something is dropped."""
    found: list[_Way] = []
    for config in project.loaded(PrometheusConfig):
        if any(job.metric_relabels for job in config.jobs):
            found.append(partial(in_jobs, jobs=config.jobs, all_known=True))
        if any(config.writes):
            found.append(partial(in_remote_write, config=config))
    operated = [job for resource in project.loaded(ScrapeResource) for job in resource.jobs]
    if any(job.metric_relabels for job in operated):
        # The same server scrapes all of them, and resources that are not in this repository.
        found.append(partial(in_jobs, jobs=operated, all_known=False))
    jobs = project.loaded(ScrapeJob)
    collectors = [
        one for one in project.loaded(CollectorConfig) if any(way.signal == "metrics" for way in one.pipelines)
    ]
    judge = _alone if len(collectors) == 1 else _among_others
    found += [partial(judge, collector=one, jobs=jobs) for one in collectors if may_drop(one, jobs)]
    return found


def _alone(asked: Asked, collector: CollectorConfig, jobs: Sequence[ScrapeJob]) -> Loss | None:
    return in_collector(asked, collector, jobs)


def _among_others(asked: Asked, collector: CollectorConfig, jobs: Sequence[ScrapeJob]) -> Loss | None:
    """Another collector may let it through."""
    loss = in_collector(asked, collector, jobs)
    return replace(loss, certain=False) if loss is not None else None
