"""`alerts/threshold-text-mismatch`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Related, Rule, Severity, gotemplate, promql
from ...lint.nodes import AlertingRule, Evaluator, Field
from ...lint.record import Record
from ...lint.telemetry.duration import seconds, spell
from ._claims import Claim, claims
from ._constant import foreign
from ._interval import COMPARISONS
from ._project import tree


class ThresholdTextMismatch(Rule):
    """
    Flags annotations that name another threshold, comparison or duration than the alert has.

    **Why.**
    Somebody tuned the expression and left the words.
    At night the words are believed: «> 5 %» over a threshold of `0.5` hides that half of all requests fail.

    **Instead.**
    Mend the one that is wrong, or print the value with `{{ $value }}` and leave the number out of the words.

    A number is compared with all numbers and durations of the alert, in its unit and in the units it may stand for:
    5 % is `0.05` or `5`, «less than 10 % free» is `> 0.9` used, 4 hours are `4 * 3600`.
    Only a number that is none of them is flagged.
    Numbers after a sign and durations after «for» are told with high confidence, those after words such as «above»
    with low confidence.

    Not flagged: expressions without a constant, words such as «above» beside a comparison with 0, and annotations other
    than those of the option.
    """

    id = "alerts/threshold-text-mismatch"
    summary = "annotation names another threshold than the expression"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)

    annotations: tuple[str, ...] = ("summary", "description", "message", "title")
    """The annotations whose words are compared."""

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if alert.evaluator is Evaluator.GRAFANA:
            return
        expr = tree(alert.query)
        if expr is None:
            return
        facts = _Facts.of(alert, expr)
        for name in self.annotations:
            field = alert.annotations.get(name)
            if field is not None and not foreign(field.value.value):
                yield from self._check(alert, name, field, facts)

    def _check(self, alert: AlertingRule, name: str, field: Field, facts: _Facts) -> Iterator[Finding]:
        template = gotemplate.parse(field.value.value)
        if isinstance(template, gotemplate.TemplateProblem):
            return
        for prose in template.prose():
            for claim in claims(prose.value, prose.start):
                said = " ".join(field.value.value[claim.start : claim.end].split())
                reason = facts.against(claim)
                if reason is not None:
                    yield self.finding(
                        f"`{name}` of `{alert.name.value}` says «{said}», {reason}",
                        alert.place(field.value, claim.start, claim.end),
                        help="mend the one that is wrong",
                        related=_related(alert, claim, facts),
                        confidence=Confidence.HIGH if claim.exact else Confidence.LOW,
                    )

    examples = (
        Bad(
            """\
- alert: CheckoutFailureRateHigh
  expr: job:checkout_failures:ratio_rate5m > 0.5
  annotations:
    summary: 'Checkout failure rate > 5%'
""",
            at="> 5%",
        ),
        Bad(
            """\
- alert: NotificationFailureRateHigh
  expr: sum(rate(failed_total[15m])) / (sum(rate(sent_total[15m])) > 0) > 0.1
  annotations:
    summary: Notification failure rate > 1%
""",
            at="> 1%",
        ),
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
  for: 2m
  annotations:
    description: 'The queue is long for 5 minutes'
""",
            at="for 5 minutes",
        ),
        Bad(
            """\
- alert: MemoryLow
  expr: memory_free_ratio > 0.1
  for: 5m
  annotations:
    summary: 'Less than 10% of the memory is free'
""",
            at="Less than 10%",
            why="the sign in the expression points the other way",
        ),
        Good(
            """\
- alert: CheckoutFailureRateHigh
  expr: 100 * failures / requests > 5
  for: 10m
  annotations:
    summary: 'Checkout failure rate > 5% for 10 minutes'
    description: '{{ $value | humanizePercentage }} of the requests failed'
"""
        ),
        Good(
            """\
- alert: MemoryLow
  expr: memory_used_ratio > 0.9
  annotations:
    summary: 'Less than 10% of the memory is free'
"""
        ),
        Good(
            """\
- alert: RecordsDropped
  expr: increase(records_dropped_total{reason="too_long"}[5m]) > 0
  annotations:
    summary: 'Records are dropped: a record cannot exceed 64KB'
"""
        ),
        Good(
            """\
- alert: DiskFull
  expr: predict_linear(disk_free_bytes[6h], 4 * 60 * 60) < 0
  annotations:
    summary: 'The disk is full in less than 4 hours, by the trend of 6h'
"""
        ),
    )


class _Facts(Record):
    """The numbers of an alert, and the comparisons with a constant."""

    numbers: frozenset[float]
    durations: frozenset[float]
    windows: frozenset[float]
    wait: float | None
    comparisons: tuple[tuple[bool, float], ...]
    """(upward, threshold) of each."""

    @classmethod
    def of(cls, alert: AlertingRule, expr: promql.Expr) -> _Facts:
        parts = list(promql.walk(expr))
        constants = {value for part in parts if (value := promql.constant(part)) is not None}
        matched = {value for part in parts if isinstance(part, promql.Selector) for value in _in_matchers(part)}
        windows = {part.range.seconds for part in parts if isinstance(part, promql.Matrix | promql.Subquery)}
        waits = {seconds(text.value) for text in (alert.for_, alert.keep_firing_for) if text}
        durations = frozenset(value for value in windows | waits if value)
        wait = seconds(alert.for_.value) if alert.for_ else None
        own = frozenset(window for window in windows if window)
        return cls(frozenset(constants | matched), durations, own, wait, tuple(_comparisons(parts)))

    def against(self, claim: Claim) -> str | None:
        """What speaks against a claim; None when nothing does."""
        if claim.upward is None:
            return self._against_lasting(claim)
        # Where anything at all is too much, a number in the words is a limit of something else.
        if not self.comparisons or (not claim.exact and all(value == 0 for _, value in self.comparisons)):
            return None
        if not any(_near(meaning, fact) for meaning in claim.meanings for fact in self._facts(claim)):
            thresholds = " and ".join(f"{value:g}" for value in dict.fromkeys(value for _, value in self.comparisons))
            return f"and the expression compares with {thresholds}"
        turned = {
            upward == claim.upward
            for upward, threshold in self.comparisons
            if any(_near(meaning, threshold) for meaning in claim.meanings)
        }
        # Where a number fits as it is and as its complement, either direction may be meant.
        if turned != {False} or any(_near(meaning, 1 - t) for meaning in claim.meanings for _, t in self.comparisons):
            return None
        return f"and the expression asks for {'less' if claim.upward else 'more'}"

    def _against_lasting(self, claim: Claim) -> str | None:
        lasts = claim.meanings[0]
        known = self.durations | self.numbers | {(self.wait or 0) + window for window in self.windows}
        if any(_near(lasts, fact) for fact in known):
            return None
        if claim.exact:
            return f"and the alert waits {spell(self.wait)}" if self.wait else None
        windows = " and ".join(spell(window) for window in sorted(self.windows))
        return f"and the expression looks back {windows}" if windows else None

    def _facts(self, claim: Claim) -> Iterator[float]:
        for number in self.numbers | self.durations if claim.timed else self.numbers:
            yield from (number, -number)
            if 0 < number < 100:
                yield (1 if number < 1 else 100) - number
        # Of things that are counted, `> 4` is «at least 5».
        if not claim.unit:
            yield from (value + step for _, value in self.comparisons if value.is_integer() for step in (-1, 1))


def _comparisons(parts: list[promql.Expr]) -> Iterator[tuple[bool, float]]:
    for part in parts:
        if not isinstance(part, promql.Binary) or part.op.value not in COMPARISONS:
            continue
        left, right = promql.constant(part.left), promql.constant(part.right)
        value = right if right is not None else left
        if value is not None and part.op.value[0] in "<>":
            yield (part.op.value[0] == ">") == (right is not None), value


def _in_matchers(selector: promql.Selector) -> Iterator[float]:
    for matcher in selector.matchers:
        try:
            yield float(matcher.value.value)
        except ValueError:
            continue


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=0.01, abs_tol=1e-9)


def _related(alert: AlertingRule, claim: Claim, facts: _Facts) -> list[Related]:
    if claim.upward is None and claim.exact and alert.for_ is not None:
        return [Related(alert.place(alert.for_), "the alert waits so long")]
    return [Related(alert.place(alert.query.text), "the expression")] if alert.query else []
