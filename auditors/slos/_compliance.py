"""
How an objective fares: the share of bad events over a window, and how fast the error budget goes.

A burn rate of 1 spends the budget in exactly the objective's window (sre.google/workbook/alerting-on-slos).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from ...lint import Location, Skipped, Table, promql
from ...lint.nodes import Dialect, Measure, Part, Slo, SloDialect
from ...lint.project import Project
from ...lint.record import Record
from ...lint.telemetry.duration import spell
from ..errors import TooDear
from ..figures import asked
from ..live import Live

HOUR, DAY = 3600.0, 86400.0
# sloth's own period, where a specification names none.
_SLOTH_PERIOD = 30 * DAY
# The pairs of windows of the SRE workbook: the long one, the short one, the burn rate at which they alert.
PAIRS = ((HOUR, 300.0, 14.4), (6 * HOUR, 1800.0, 6.0), (DAY, 2 * HOUR, 3.0), (3 * DAY, 6 * HOUR, 1.0))
_HAIR = 0.01
SHOWN = (HOUR, 6 * HOUR, DAY)


class Standing(Record):
    """How one objective fares; shares of bad events are asked for when they are needed."""

    live: Live
    slo: Slo
    target: float
    """The share of good events that is promised."""

    window: float

    @property
    def place(self) -> Location:
        """The objective as a live finding names it."""
        return self.live.place(f"slo {self.slo.name.value}")

    @property
    def budget(self) -> float:
        """The share of bad events that is allowed."""
        return 1 - self.target

    def errors(self, window: float) -> float | None:
        """
        The share of bad events over a window; of several series the worst counts.

        None without traffic, and where the query gives what cannot be a share.
        A window whose samples are too many to be read is sampled: some minutes of every hour.
        """
        try:
            values = self._values(error_ratio(self.slo, window))
        except TooDear:
            values = self._values(sampled_ratio(self.slo, window))
        # Rates of two sides that are extrapolated apart may leave the range by a hair.
        shares = [min(max(value, 0.0), 1.0) for value in values if -_HAIR <= value <= 1 + _HAIR]
        return max(shares, default=None) if len(shares) == sum(not math.isnan(value) for value in values) else None

    def _values(self, expression: str | None) -> list[float]:
        return [sample.value for sample in self.live.query(expression)] if expression is not None else []

    @property
    def spent(self) -> float | None:
        """The share of the error budget that is gone; above 1 when the objective is missed."""
        errors = self.errors(self.window)
        return errors / self.budget if errors is not None else None

    def burn(self, window: float) -> float | None:
        """How many times faster than allowed the budget goes."""
        errors = self.errors(window)
        return errors / self.budget if errors is not None else None


def standings(live: Live, project: Project, rule: str) -> Iterator[Standing | Skipped]:
    """The objectives of the repository that are a share of events; of the others, why they cannot be judged."""
    for slo in project.all(Slo):
        window = slo.window_seconds or (_SLOTH_PERIOD if slo.dialect is SloDialect.SLOTH else None)
        target = slo.target.value if slo.target is not None and slo.target.measure is Measure.SHARE else None
        if target is None or not 0 < target < 1:
            why = "its target is no share of events" if slo.target is not None else "it has no target"
        elif window is None:
            why = "its window is not known"
        elif error_ratio(slo, window) is None:
            why = "its queries are no ratio that can be asked for another window"
        else:
            yield Standing(live, slo, target, window)
            continue
        yield Skipped(rule, f"`{slo.name.value}`: {why}")


def table(found: list[Standing], live: Live) -> Table:
    """Compliance, what is left of the budget, and how fast it goes."""
    return Table(
        title="Objectives",
        columns=("objective", "target", "window", "measured", "budget left", *(f"burn {spell(one)}" for one in SHOWN)),
        rows=tuple(_row(one) for one in found),
        numeric=frozenset(range(1, 5 + len(SHOWN))),
        note=f"the objectives' own queries over each window, {asked(live)}; a burn of 1 spends the budget exactly",
    )


def _row(one: Standing) -> tuple[str, ...]:
    errors, spent = one.errors(one.window), one.spent
    burns = tuple("unknown" if (burn := one.burn(window)) is None else f"{burn:.3g}" for window in SHOWN)
    measured = "unknown" if errors is None else share(1 - errors)
    left = "unknown" if spent is None else f"{1 - spent:.0%}"
    return (one.slo.name.value, share(one.target), spell(one.window), measured, left, *burns)


def share(value: float) -> str:
    """A share in percent, with as many digits as a target has."""
    return f"{value * 100:.5g}%"


def error_ratio(slo: Slo, window: float) -> str | None:
    """The share of bad events over a window, as an expression; None where the queries do not say it."""
    return _ratio(slo, lambda expression, part: over(expression, window))


def sampled_ratio(slo: Slo, window: float) -> str | None:
    """The same of the objective's own short range, once an hour: a twelfth of the samples for one of five minutes."""

    def sampled(expression: str, part: Part) -> str | None:
        if over(expression, window) is None or isinstance(promql.parse(expression).expr, promql.Selector):
            return None
        together = "avg" if part in (Part.VALUE, Part.ERROR_SHARE) else "sum"
        return f"{together}_over_time(({' '.join(expression.split())})[{spell(window)}:1h])"

    return _ratio(slo, sampled)


def _ratio(slo: Slo, widen: Callable[[str, Part], str | None]) -> str | None:
    queries = {part: query for part, query in slo.queries.items() if query.dialect is Dialect.PROMQL}
    asked_for = {part: widen(query.text.value, part) for part, query in queries.items()}
    parts = {part: text for part, text in asked_for.items() if text is not None}
    if len(parts) < len(slo.queries):
        return None
    match parts:
        case {Part.ERROR_SHARE: share}:
            return share
        case {Part.BAD: bad, Part.TOTAL: total}:
            return f"({bad}) / ({total})"
        case {Part.GOOD: good, Part.TOTAL: total}:
            return f"1 - ({good}) / ({total})"
        case {Part.GOOD: good, Part.BAD: bad}:
            return f"({bad}) / (({good}) + ({bad}))"
        case {Part.VALUE: value} if _is_share(value):
            return f"1 - ({value})"
    return None


def _is_share(expression: str) -> bool:
    """Whether an expression may be a share: it divides, or it is the mean of something that is 0 or 1."""
    tree = promql.parse(expression).expr
    return tree is not None and any(
        (isinstance(one, promql.Binary) and one.op.value == "/")
        or (isinstance(one, promql.Call) and one.name.value == "avg_over_time")
        for one in promql.walk(tree)
    )


def over(expression: str, window: float) -> str | None:
    """
    The expression with its ranges as long as the window; None where it has none.

    A bare selector, as pyrra writes it, stands for the rate of all its series.
    """
    tree = promql.parse(expression).expr
    if tree is None:
        return None
    if isinstance(tree, promql.Selector):
        return f"sum(rate({expression.strip()}[{spell(window)}]))"
    ranges = sorted((one.range.start, one.range.end) for one in _outermost(tree))
    if not ranges:
        return None
    text, done = "", 0
    for start, end in ranges:
        text += expression[done:start] + spell(window)
        done = end
    return " ".join((text + expression[done:]).split())


def _outermost(tree: promql.Expr) -> Iterator[promql.Matrix | promql.Subquery]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, promql.Matrix | promql.Subquery):
            yield one
        else:
            waiting.extend(one.children)
