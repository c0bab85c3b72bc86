"""`alerts/always-fires`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Fix, Good, Rule, Severity, Text, promql
from ...lint.nodes import AlertingRule
from ._condition import Judgement, Outcome, branches, judge
from ._watchdog import WATCHDOGS, expression, is_watchdog


class AlwaysFires(Rule):
    """
    Flags alerting rules that fire whatever happens, because their expression asks for nothing.

    **Why.**
    Prometheus fires an alert for every sample that its expression returns, whatever the sample's value; 0 counts too.
    So `a > bool 5` fires for 0 and for 1, `errors / requests` fires as soon as there are requests, and a comparison
    that holds for all values, such as `count(up) >= 0`, is none.

    **Instead.**
    Compare the value with a threshold.

    Each side of an `or` is judged for itself, since each can fire for itself.
    Comparisons, `and`, `unless`, `absent` and the metric `ALERTS` are conditions.
    A mere metric such as `disk_failed` fires whenever it exists.
    Some exporters write a metric only while something is wrong, and a recording may have a condition of its own;
    that finding has low confidence.

    Not flagged: alerts that must always fire to prove that notifications arrive, known by their name or by
    `vector(1)`.
    """

    id = "alerts/always-fires"
    summary = "alert fires whatever happens"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    exempt: tuple[str, ...] = WATCHDOGS
    """Alerts that are meant to fire always."""

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        expr = expression(alert)
        if expr is None or alert.query is None or is_watchdog(alert, self.exempt):
            return
        sides = list(branches(expr))
        for side in sides:
            judgement = judge(side)
            if judgement.outcome > Outcome.CONDITION:
                name = f"`{alert.name.value}`" + (", through this side of `or`," if len(sides) > 1 else "")
                yield self._found(alert, alert.query.text, name, side, judgement)

    def _found(self, alert: AlertingRule, text: Text, name: str, side: promql.Expr, judgement: Judgement) -> Finding:
        part = judgement.part
        if judgement.outcome is Outcome.BOOL and isinstance(part, promql.Binary) and part.bool is not None:
            # PromQL compares two numbers with `bool` only.
            numbers = part.left.type == part.right.type == "scalar"
            return self.finding(
                f"{name} always fires: `bool` returns 0 where the comparison does not hold, and 0 fires too",
                alert.place(text, part.bool.start, part.bool.end),
                help="compare a metric" if numbers else "leave `bool` out",
                fix=None if numbers else _without_bool(text, part.bool),
            )
        part = part if judgement.outcome is Outcome.TRUE else side
        code = f"`{text.value[part.start : part.end]}`" if part.end - part.start <= 60 else "the expression"
        return self.finding(
            f"{name} {_SAYS[judgement.outcome].format(code)}",
            alert.place(text, part.start, part.end),
            help="compare it with a threshold",
            confidence=Confidence.LOW if judgement.assumed or isinstance(part, promql.Selector) else Confidence.HIGH,
        )

    examples = (
        Bad(
            """\
- alert: ManyErrors
  expr: sum by (job) (rate(errors_total[5m])) / sum by (job) (rate(requests_total[5m]))
""",
            at="sum by (job) (rate(errors_total[5m])) / sum by (job) (rate(requests_total[5m]))",
        ),
        Bad(
            """\
- alert: ManyErrors
  expr: job:errors:ratio_rate5m > bool 0.05
""",
            at="bool",
            fixed="""\
- alert: ManyErrors
  expr: job:errors:ratio_rate5m > 0.05
""",
        ),
        Bad(
            """\
- alert: Trial
  expr: 1 < bool 2
""",
            at="bool",
            why="two numbers: without `bool` Prometheus would refuse the file",
        ),
        Bad(
            """\
- alert: NoTargets
  expr: count(up) >= 0
""",
            at="count(up) >= 0",
        ),
        Bad(
            """\
- alert: DiskFailed
  expr: disk_failed
""",
            at="disk_failed",
        ),
        Bad(
            """\
- alert: QueueFull
  expr: queue_length > 100 or vector(0)
""",
            at="vector(0)",
        ),
        Bad(
            """\
- alert: Hello
  expr: 1
""",
            at="1",
        ),
        Good(
            """\
- alert: Watchdog
  expr: vector(1)
""",
            why="it proves that notifications arrive",
        ),
        Good(
            """\
- alert: QueueFull
  expr: (queue_length or vector(0)) > 100
"""
        ),
        Good(
            """\
- alert: Silent
  expr: absent(up{job="api"}) or changes(process_start_time_seconds[1h]) > 3
"""
        ),
        Good(
            """\
- alert: Unreplicated
  expr: primary unless on (shard) replica
""",
            why="series that are missing are a condition",
        ),
        Good(
            """\
- alert: ManyBadHosts
  expr: count by (cluster) (up == 0)
""",
            why="there is nothing to count while all are up",
        ),
    )


_SAYS = {
    Outcome.TRUE: "always fires: {} holds for all values",
    Outcome.BARE: "fires whenever {} has series: nothing is compared",
    Outcome.CONSTANT: "always fires: {} returns a sample whatever happens",
}


def _without_bool(text: Text, word: promql.Word) -> Fix | None:
    end = word.end + 1 if text.value[word.end : word.end + 1] == " " else word.end
    edit = text.edit(word.start, end, "")
    return Fix("leave `bool` out", (edit,), safe=False) if edit else None
