"""`alerts/uncovered-path`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from ...lint import Bad, Finding, Good, Project, Rule, Severity, promql
from ...lint.nodes import AlertingRule, RecordingRule
from ...lint.record import field
from ._project import tree


class UncoveredPath(Rule):
    """
    Flags critical paths of the policy that no alert watches.

    **Why.**
    What nobody alerts on is reported by the customers.

    **Instead.**
    Write an alert that reads one of the path's metrics.

    A path is a name and the metrics that tell how it is, with `*`:

        [tool.obsaudit.rules."alerts/uncovered-path".paths]
        checkout = ["app_billing_checkout_*"]
        "scrape failure" = ["up", "scrape_samples_*"]

    Recordings between the metric and the alert are followed.
    The finding stands at the last alert.

    Not flagged: anything, until the option `paths` is set; and projects without any alert, whose place is not known.
    An alert whose expression cannot be judged covers whatever its text names.
    """

    id = "alerts/uncovered-path"
    summary = "no alert watches a critical path"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    needs_all = True
    policy = "paths"
    about = (AlertingRule,)

    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each critical path, and the metrics that one alert at least must read."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.loaded(AlertingRule)
        if not self.paths or not alerts:
            return
        watched = _watched(alerts, project.loaded(RecordingRule))
        unread = " ".join(text for alert in alerts if (text := _unread(alert)) is not None)
        for path, patterns in self.paths.items():
            if any(fnmatchcase(metric, pattern) for metric in watched for pattern in patterns):
                continue
            if any(pattern.strip("*") in unread for pattern in patterns):
                continue
            metrics = ", ".join(f"`{pattern}`" for pattern in patterns)
            yield self.finding(
                f"no alert watches {path}", alerts[-1].at, help=f"write an alert that reads one of {metrics}"
            )

    examples = (
        Bad(
            """\
- record: job:checkout_failures:ratio_rate5m
  expr: sum by (job) (rate(app_checkout_failed_total[5m])) / sum by (job) (rate(app_checkout_total[5m]))
- alert: CheckoutFails
  expr: job:checkout_failures:ratio_rate5m > 0.05
""",
            at="CheckoutFails",
            options={"paths": {"checkout": ("app_checkout_*",), "scrape failure": ("up", "scrape_samples_*")}},
        ),
        Good(
            """\
- alert: TargetDown
  expr: up == 0
""",
            options={"paths": {"scrape failure": ("up",)}},
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
""",
            why="there is no policy",
        ),
    )


def _watched(alerts: list[AlertingRule], recordings: list[RecordingRule]) -> set[str]:
    """The metrics that alerts read, themselves or through recordings."""
    sources: dict[str, set[str]] = {}
    for recording in recordings:
        sources.setdefault(recording.name.value, set()).update(_metrics(recording))
    waiting = [metric for alert in alerts for metric in _metrics(alert)]
    found: set[str] = set()
    while waiting:
        metric = waiting.pop()
        if metric not in found:
            found.add(metric)
            waiting.extend(sources.get(metric, ()))
    return found


def _unread(alert: AlertingRule) -> str | None:
    """The expression of an alert whose metrics are not known."""
    if alert.query is None:
        return alert.log_query.text.value if alert.log_query is not None else None
    return alert.query.text.value if tree(alert.query) is None else None


def _metrics(rule: AlertingRule | RecordingRule) -> tuple[str, ...]:
    expr = tree(rule.query)
    return promql.metric_names(expr) if expr is not None else ()
