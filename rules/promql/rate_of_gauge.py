"""`promql/rate-of-gauge`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import Query
from ._metrics import kind_of, metrics, naming, queries
from ._query import parts, place


class RateOfGauge(Rule):
    """
    Flags `rate`, `irate` and `increase` of a gauge.

    **Why.**
    These functions take every drop for the restart of a counter, and add what the series has after it.
    Of a gauge that goes up and down they give a large number which means nothing.

    **Instead.**
    `deriv(x[5m])` for how fast a gauge changes, `delta(x[1h])` for how much it did.

    Whether a metric is a gauge is known where the repository defines it.
    Of others only names that cannot be anything else are flagged, with low confidence: `_info`, `_ratio`, `_celsius`,
    `_timestamp_seconds`.
    """

    id = "promql/rate-of-gauge"
    summary = "rate of a gauge"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)
    about = (Query,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        known = metrics(project)
        named = naming([name for name in known if kind_of(name, known) == "gauge"])
        for query in queries(project, lambda text: _GAUGE_SOMEWHERE.search(text) or named(text)):
            for node in parts(query):
                if not isinstance(node, promql.Call) or node.name.value not in _RATES:
                    continue
                inner = promql.unwrap(node.args[0])
                name = inner.selector.metric if isinstance(inner, promql.Matrix) else None
                if name is None:
                    continue
                defined = known.get(name, ())
                sure = kind_of(name, known) == "gauge"
                if sure or (not defined and _GAUGE.search(name)):
                    yield self.finding(
                        f"`{node.name.value}` of `{name}`, which {'is' if sure else 'by its name is'} a gauge",
                        place(query, node.name),
                        help="use `deriv` or `delta`",
                        confidence=Confidence.HIGH if sure else Confidence.LOW,
                        related=[Related(defined[0].at, "the gauge")] if defined else (),
                    )

    examples = (
        Bad(
            """\
- alert: QueueGrows
  expr: rate(queue_length[5m]) > 1
""",
            at="rate",
            files={"app.py": 'from prometheus_client import Gauge\nG = Gauge("queue_length", "Jobs that wait")\n'},
        ),
        Bad(
            "rate(queue_length[5m])\n",
            path="query.promql",
            at="rate",
            files={"fixtures/metrics.txt": "# TYPE queue_length gauge\nqueue_length 5\n"},
        ),
        Bad("increase(node_hwmon_temp_celsius[1h])\n", path="query.promql", at="increase"),
        Good(
            """\
- alert: QueueGrows
  expr: deriv(queue_length[5m]) > 1 or rate(jobs_total[5m]) > 100
""",
            files={"app.py": 'from prometheus_client import Gauge\nG = Gauge("queue_length", "Jobs that wait")\n'},
        ),
        Good("rate(memory_used_bytes[5m])\n", path="query.promql", why="the name does not prove it"),
    )


_RATES = frozenset({"increase", "irate", "rate"})
_GAUGE = re.compile(r"_(info|ratio|celsius|timestamp_seconds)$")
_GAUGE_SOMEWHERE = re.compile(r"_(?:info|ratio|celsius|timestamp_seconds)\b")
