"""`alerts/never-fires`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity, promql
from ...lint.nodes import AlertingRule
from ._condition import Judgement, Outcome, branches, judge
from ._interval import Interval, interval
from ._watchdog import expression


class NeverFires(Rule):
    """
    Flags alerting rules whose condition no value can meet.

    **Why.**
    Such an alert is trusted and says nothing.
    The usual case is a burn-rate alert: with an objective of 90 %, `errors:ratio > 14.4 * 0.1` asks for a ratio above
    1.44, and a ratio ends at 1.
    Others compare what is never negative with a negative number, ask for an hour after 23, or for `up` above 1.

    **Instead.**
    Take a threshold that the value can reach; for a low objective a smaller burn-rate factor with a longer window.

    The bounds come from the functions (`count` is at least 1, `rate` is never negative), from `up`, and from divisions
    of a part by its whole.
    That a recording with `error` and `ratio` in its name ends at 1 is an assumption: low confidence.

    Not flagged: one side of an `or` that cannot hold while another can, and joins that match nothing; those are
    `promql/dead-branch` and `promql/vector-mismatch`.
    """

    id = "alerts/never-fires"
    summary = "alert cannot fire"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        expr = expression(alert)
        if expr is None or alert.query is None:
            return
        judgements = [judge(side) for side in branches(expr)]
        if any(judgement.outcome is not Outcome.NEVER for judgement in judgements):
            return
        assumed = any(judgement.assumed for judgement in judgements)
        part = judgements[0].part
        yield self.finding(
            f"`{alert.name.value}` never fires: {_reason(alert.query.text.value, judgements[0])}",
            alert.place(alert.query.text, part.start, part.end),
            help="compare with a value that can be reached",
            confidence=Confidence.LOW if assumed else Confidence.HIGH,
        )

    examples = (
        Bad(
            """\
- alert: BudgetBurn
  expr: sum(rate(requests_total{code=~"5.."}[1h])) / sum(rate(requests_total[1h])) > (14.4 * (1 - 0.9))
""",
            at='sum(rate(requests_total{code=~"5.."}[1h])) / sum(rate(requests_total[1h])) > (14.4 * (1 - 0.9))',
        ),
        Bad(
            """\
- alert: BudgetBurn
  expr: >
    job:slo_errors_per_request:ratio_rate1h > (14.4 * 0.1)
    and
    job:slo_errors_per_request:ratio_rate5m > (14.4 * 0.1)
""",
            at="job:slo_errors_per_request:ratio_rate1h > (14.4 * 0.1)",
        ),
        Bad(
            """\
- alert: NoTargets
  expr: count(up{job="api"}) < 1
""",
            at='count(up{job="api"}) < 1',
        ),
        Bad(
            """\
- alert: OffHours
  expr: queue_length > 100 and on () hour() > 23
""",
            at="queue_length > 100 and on () hour() > 23",
        ),
        Good(
            """\
- alert: NoTargets
  expr: absent(up{job="api"})
"""
        ),
        Good(
            """\
- alert: BudgetBurn
  expr: job:slo_errors_per_request:ratio_rate1h > (14.4 * 0.001)
"""
        ),
        Good(
            """\
- alert: NoTargets
  expr: count(up{job="api"}) < 1 or absent(up{job="api"})
""",
            why="one side can fire",
        ),
    )


def _reason(text: str, judgement: Judgement) -> str:
    part = judgement.part
    if isinstance(part, promql.Binary) and part.op.value.lower() in ("and", "unless"):
        return f"the right side of `{part.op.value}` decides so"
    if not isinstance(part, promql.Binary):
        return f"`{text[part.start : part.end]}` returns nothing"
    left, right = interval(part.left), interval(part.right)
    side, bounds = (part.left, left) if not _is_number(part.left) else (part.right, right)
    other = right if side is part.left else left
    code = f"`{text[side.start : side.end]}`" if side.end - side.start <= 60 else "its value"
    return f"{code} is {_words(bounds)}, compared with {_words(other)}"


def _is_number(expr: promql.Expr) -> bool:
    return promql.constant(expr) is not None


def _words(bounds: Interval) -> str:
    low, high = f"{bounds.low:g}", f"{bounds.high:g}"
    if bounds.low == bounds.high:
        return low
    if math.isinf(bounds.high):
        return f"at least {low}"
    return f"at most {high}" if math.isinf(bounds.low) else f"from {low} to {high}"
