"""`promql/unknown-metric`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from ...lint import Bad, Finding, Good, Project, Rule, Severity, promql
from ...lint.nodes import RecordingRule
from ._metrics import metrics, queries
from ._query import parts


@dataclass(frozen=True)
class UnknownMetric(Rule):
    """
    Flags queries that read one of the repository's own metrics which nothing in it makes.

    **Why.**
    A metric that was renamed in the source, or misspelt in an alert, does not fail: the query returns nothing, the
    alert never fires, the panel shows «no data».

    **Instead.**
    Read the metric by the name that the source gives it; the help names the nearest one.
    Rename in both places at once: `obsaudit impact METRIC` lists them.

    Only metrics that begin with one of `metric-prefixes` are looked at: the repository's own.
    Every name counts that an exporter may make of an instrument: with its unit, `_total`, `_bucket`, `_count`, `_sum`.
    """

    id = "promql/unknown-metric"
    summary = "query reads a metric that nothing defines"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)
    needs_all = True

    metric_prefixes: tuple[str, ...] = ()
    """Prefixes of the metrics that this repository defines itself."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        if not self.metric_prefixes:
            return
        defined = {*metrics(project), *(rule.name.value for rule in project.all(RecordingRule))}
        for query in queries(project, lambda text: any(prefix in text for prefix in self.metric_prefixes)):
            for node in parts(query):
                name = node.metric if isinstance(node, promql.Selector) else None
                if name is None or not name.startswith(self.metric_prefixes) or name in defined:
                    continue
                start, end = _name_place(node)
                near = get_close_matches(name, sorted(defined), n=1, cutoff=0.75)
                yield self.finding(
                    f"nothing in this repository defines `{name}`",
                    query.place(query.text, start, end),
                    help=f"did you mean `{near[0]}`?" if near else "define it, or correct `metric-prefixes`",
                )

    examples = (
        Bad(
            """\
- alert: CheckoutsFail
  expr: rate(app_checkout_failure_total[5m]) > 1
""",
            at="app_checkout_failure_total",
            files={
                "app.py": 'from prometheus_client import Counter\nC = Counter("app_checkout_failures", "Failures")\n'
            },
            options={"metric_prefixes": ("app_",)},
        ),
        Good(
            """\
- record: app:checkout_failures:rate5m
  expr: rate(app_checkout_failures_total[5m])
- alert: CheckoutsFail
  expr: app:checkout_failures:rate5m > 1 or up == 0
""",
            files={
                "app.py": 'from prometheus_client import Counter\nC = Counter("app_checkout_failures", "Failures")\n'
            },
            options={"metric_prefixes": ("app_", "app:")},
        ),
        Good(
            """\
- alert: CheckoutsFail
  expr: rate(app_checkout_failure_total[5m]) > 1
""",
            why="without prefixes the metric may come from anywhere",
        ),
    )


def _name_place(node: promql.Expr) -> tuple[int, int]:
    name = node.name if isinstance(node, promql.Selector) else None
    return (node.start, node.end) if name is None else (name.start, name.end)
