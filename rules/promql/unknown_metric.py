"""`promql/unknown-metric`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches

from ...lint import Bad, Confidence, Finding, Good, Location, Project, Related, Rule, Severity, promql
from ...lint.nodes import Query, RecordingRule
from ._metrics import metrics, naming, queries
from ._query import parts


class UnknownMetric(Rule):
    """
    Flags queries that read one of the repository's own metrics, or recordings, which nothing in it makes.

    **Why.**
    A metric that was renamed in the source, or misspelt in an alert, does not fail: the query returns nothing, the
    alert never fires, the panel shows «no data».

    **Instead.**
    Read the metric by the name that the source gives it; the help names the nearest one.
    Rename in both places at once: `obsaudit impact METRIC` lists them.

    Only metrics that begin with one of `metric-prefixes` are looked at: the repository's own.
    Every name counts that an exporter may make of an instrument: with its unit, `_total`, `_bucket`, `_count`, `_sum`.
    Of other names, only those with a colon, which belong to recordings, are looked at: one that differs from a
    recording of the repository in a few letters is reported with low confidence.

    Not flagged: recordings of which the repository has none that is alike; somebody else records them.
    """

    id = "promql/unknown-metric"
    summary = "query reads a metric that nothing defines"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)
    needs_all = True
    about = (Query,)

    metric_prefixes: tuple[str, ...] = ()
    """Prefixes of the metrics that this repository defines itself."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        recorded = {rule.name.value: rule.at for rule in project.all(RecordingRule)}
        defined = recorded | {name: own[0].at for name, own in metrics(project).items()}
        names, unread = sorted(defined), recorded.keys() - self._read(project, recorded)
        for query in queries(project, self._likely(recorded)):
            for node in parts(query):
                name = node.metric if isinstance(node, promql.Selector) else None
                if name is None or name in defined:
                    continue
                if self.metric_prefixes and name.startswith(self.metric_prefixes):
                    near = get_close_matches(name, names, n=1, cutoff=0.75)
                    yield self._unknown(query, node, name, {one: defined[one] for one in near})
                elif ":" in name and (alike := _alike(name, unread) or _alike(name, recorded)):
                    yield self._unknown(query, node, name, {alike: recorded[alike]}, Confidence.LOW)

    def _likely(self, recorded: Mapping[str, Location]) -> Callable[[str], bool]:
        """Whether a text may name what is looked at."""
        words = (*self.metric_prefixes, ":") if recorded else self.metric_prefixes
        return lambda text: any(word in text for word in words)

    def _read(self, project: Project, recorded: Collection[str]) -> set[str]:
        """The recordings that a query reads: what nobody reads was probably renamed."""
        read = queries(project, naming(recorded))
        return {
            node.metric for query in read for node in parts(query) if isinstance(node, promql.Selector) and node.metric
        }

    def _unknown(
        self,
        query: Query,
        node: promql.Expr,
        name: str,
        near: Mapping[str, Location],
        confidence: Confidence = Confidence.HIGH,
    ) -> Finding:
        start, end = _name_place(node)
        return self.finding(
            f"nothing in this repository {'records' if confidence is Confidence.LOW else 'defines'} `{name}`",
            query.place(query.text, start, end),
            help=next((f"did you mean `{one}`?" for one in near), "define it, or correct `metric-prefixes`"),
            confidence=confidence,
            related=[Related(at, f"`{one}` comes from here") for one, at in near.items()],
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
        Bad(
            """\
- record: slo:checkout:error_ratio_rate60m
  expr: sum(rate(failures_total[1h])) / sum(rate(checkouts_total[1h]))
- alert: BudgetBurns
  expr: slo:checkout:error_ratio_rate1h > 14.4 * 0.001
""",
            at="slo:checkout:error_ratio_rate1h",
        ),
        Good(
            """\
- record: slo:checkout:error_ratio_rate1h
  expr: sum(rate(failures_total[1h])) / sum(rate(checkouts_total[1h]))
- alert: BudgetBurns
  expr: slo:checkout:error_ratio_rate1h > 14.4 * 0.001 or node:cpu:rate5m > 1
""",
            why="the platform's own rules record the other one",
        ),
    )


def _name_place(node: promql.Expr) -> tuple[int, int]:
    name = node.name if isinstance(node, promql.Selector) else None
    return (node.start, node.end) if name is None else (name.start, name.end)


def _alike(name: str, recorded: Collection[str]) -> str | None:
    """The recording that is probably meant: the nearest of those with the same level and metric, or of all."""
    stem = name.rpartition(":")[0]
    same = [one for one in recorded if ":" in stem and one.rpartition(":")[0] == stem]
    near = get_close_matches(name, same or recorded, n=1, cutoff=0.6 if same else 0.9)
    return near[0] if near else None
