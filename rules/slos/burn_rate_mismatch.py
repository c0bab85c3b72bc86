"""`slos/burn-rate-mismatch`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Location, Project, Related, Rule, Severity, promql
from ...lint.nodes import AlertWindows, Slo
from ...lint.telemetry import burnrate
from ...lint.telemetry.duration import spell
from ._burn import BurnAlert, Condition, Recordings, burn_alerts, named_window, slo_of, stem
from ._generated import Facts, facts_of, mistakes
from ._samples import BURN, SLO


class BurnRateMismatch(Rule):
    """
    Flags burn-rate alerts whose factor, windows, period and objective do not belong together.

    **Why.**
    `errors:ratio_rate1h > 14.4 * 0.001` means: in this hour 2 % of the budget of 30 days was spent.
    With the factor of another window, the period of another objective, or a budget that is not what the objective
    leaves, the alert still fires at times, but not when it says.
    Nobody notices: the numbers look like those of the book.

    **Instead.**
    `factor = share of the budget × period / long window`, and `budget = 1 − objective`: for 99.9 % of 30 days
    14.4 × 0.001 with 1h and 5m, 6 × 0.001 with 6h and 30m, 3 × 0.001 with 1d and 2h, 1 × 0.001 with 3d and 6h.
    The long window proves the loss, the short one, about a twelfth of it, ends the alert.

    Flagged are: a factor that the long window and the period do not give; windows that do not go together, or of which
    one is missing (warnings; the workbook's twelfth is advice); two windows with different thresholds, or of different
    indicators; a budget that is not what the objective leaves; and a recording that reads another window than its name
    or its label `sloth_window` tells, if only on one side of its ratio.

    Accepted are the factors of the SRE workbook, of sloth and of pyrra, for any period, the `AlertWindows` of the
    repository, and any other factor that spends a round share of the budget.
    The period and the objective are those of the objective that the alert names (by a label, a matcher or the name
    of a recording), or those that sloth records beside it. Without a period a factor must be wrong for 7, 14, 28, 30
    and 90 days.
    Thresholds that no ratio can reach are `alerts/never-fires`.
    """

    id = "slos/burn-rate-mismatch"
    summary = "factor, windows, period and objective of a burn-rate alert disagree"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.2",)

    def check_project(self, project: Project) -> Iterator[Finding]:
        recordings = Recordings.of(project)
        slos, own = project.all(Slo), project.all(AlertWindows)
        told: set[Location] = set()
        for mistake in mistakes(project, recordings):
            told.add(mistake.at)
            yield self.finding(mistake.message, mistake.at, help=mistake.help)
        for burn in burn_alerts(project, recordings):
            facts = facts_of(burn, slo_of(burn, slos), recordings)
            for pair in burn.pairs:
                yield from self._pair(burn, pair, facts, own)
            for finding in self._recordings(burn, recordings):
                if finding.at not in told:
                    told.add(finding.at)
                    yield finding

    def _pair(
        self, burn: BurnAlert, pair: tuple[Condition, ...], facts: Facts, own: list[AlertWindows]
    ) -> Iterator[Finding]:
        yield from self._budgets(burn, pair, facts)
        if len(pair) == 1:
            yield from self._single(burn, pair[0])
        if len(pair) != 2:
            return
        one, other = pair
        if not burnrate.near(one.threshold, other.threshold):
            yield self.finding(
                f"the windows are compared with different thresholds: {one.threshold:g} and {other.threshold:g}",
                _at(burn, other.part.right),
                help="both windows have the same threshold",
            )
            return
        if not _same_sli(one, other):
            yield self.finding(
                "the two windows are of different indicators",
                _at(burn, other.sli),
                help="compare the same indicator over both windows",
            )
            return
        yield from self._windows(burn, one, other, facts, own)

    def _windows(
        self, burn: BurnAlert, one: Condition, other: Condition, facts: Facts, own: list[AlertWindows]
    ) -> Iterator[Finding]:
        if one.window is None or other.window is None:
            return
        long, short = (one, other) if one.window >= other.window else (other, one)
        assert long.window is not None
        assert short.window is not None
        lopsided = burnrate.lopsided(short.window, long.window)
        if lopsided is not None and not _chosen(short.window, long.window, own):
            certain = not short.window < long.window
            yield self.finding(
                lopsided,
                _at(burn, short.sli),
                help="take about a twelfth of the long window",
                severity=None if certain else Severity.WARNING,
                confidence=Confidence.HIGH if certain else Confidence.LOW,
            )
            return
        factor = long.factor or (long.threshold / facts.budget if facts.budget else None)
        if factor is None:
            return
        reason = burnrate.mismatch(burnrate.Spending(short.window, long.window, factor), facts.period, own)
        if reason is not None:
            yield self.finding(
                reason,
                _at(burn, long.part.right),
                help="the factor is the share of the budget × period / long window",
                related=facts.related,
            )

    def _single(self, burn: BurnAlert, only: Condition) -> Iterator[Finding]:
        if only.factor is None or only.window is None:
            return
        yield self.finding(
            f"only one window, {spell(only.window)}: the alert goes on for as long after the errors have ended",
            _at(burn, only.sli),
            help=f"add `and` the same over about {spell(_twelfth(only.window))}",
            severity=Severity.WARNING,
        )

    def _budgets(self, burn: BurnAlert, pair: tuple[Condition, ...], facts: Facts) -> Iterator[Finding]:
        for condition in pair:
            if condition.budget is None or facts.budget is None or burnrate.near(condition.budget, facts.budget):
                continue
            yield self.finding(
                f"a budget of {condition.budget:.6g}, where {facts.objective} leaves {facts.budget:.6g}",
                _at(burn, condition.part.right),
                help=f"write `{facts.budget:.6g}` for the budget",
                related=facts.related,
            )

    def _recordings(self, burn: BurnAlert, recordings: Recordings) -> Iterator[Finding]:
        """Recordings whose name tells another window than their expression reads."""
        for condition in burn.conditions:
            told = named_window(condition.metric or "")
            for recording in recordings.read(condition.metric or "", condition.matchers) if told is not None else ():
                reads = recordings.unlike(recording, told) if told is not None else None
                if reads is not None and told is not None:
                    yield self.finding(
                        f"`{recording.name.value}` reads {spell(reads)}",
                        recording.at,
                        help=f"read `[{spell(told)}]`, or name it by what it reads",
                        related=[Related(burn.alert.at, "the alert that trusts the name")],
                    )

    examples = (
        Bad(BURN.replace("14.4", "13"), at="13 * 0.001", files={"slo.yml": SLO}),
        Bad(BURN, at="14.4 * 0.001", files={"slo.yml": SLO.replace("30d", "7d")}),
        Bad(BURN, at=("14.4 * 0.001", "14.4 * 0.001"), files={"slo.yml": SLO.replace("99.9%", "99%")}),
        Bad(BURN.replace("rate5m", "rate30m"), at="slo:api:error_ratio_rate30m", files={"slo.yml": SLO}),
        Bad(
            """\
- alert: ApiBudgetBurns
  expr: slo:api:error_ratio_rate1h > 14.4 * 0.001
""",
            at="slo:api:error_ratio_rate1h",
        ),
        Bad(
            BURN
            + """\
- record: slo:api:error_ratio_rate1h
  expr: sum(rate(errors_total[2h])) / sum(rate(requests_total[2h]))
""",
            at="slo:api:error_ratio_rate1h",
        ),
        Bad(
            BURN
            + """\
- record: slo:api:error_ratio_rate1h
  expr: 1 - sum(rate(successes_total[1h])) / sum(rate(requests_total[5m]))
""",
            at="slo:api:error_ratio_rate1h",
            why="the two sides look back differently",
        ),
        Good(
            BURN
            + """\
- record: slo:api:error_ratio_rate1h
  expr: sum(rate(errors_total[1h])) / sum(rate(requests_total[1h])) and on () count_over_time(up[5m]) > 0
""",
            why="what stands beside the ratio may look back as it likes",
        ),
        Good(BURN, files={"slo.yml": SLO}),
        Good(BURN, why="the period of the workbook"),
        Good(
            BURN.replace("14.4", "8.4"),
            files={
                "windows.yml": """\
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 5, shortWindow: 5m, longWindow: 1h}
""",
                "slo.yml": SLO.replace("30d", "7d"),
            },
            why="the windows that the team has chosen",
        ),
    )


def _at(burn: BurnAlert, part: promql.Expr) -> Location:
    part = promql.unwrap(part)
    return burn.query.place(burn.query.text, part.start, part.end)


def _same_sli(one: Condition, other: Condition) -> bool:
    """Whether two windows are of one indicator; unknown is taken for yes."""
    if one.metric is None or other.metric is None:
        return True
    if named_window(one.metric) is None or named_window(other.metric) is None:
        return True
    return stem(one.metric) == stem(other.metric) and dict(one.matchers) == dict(other.matchers)


def _chosen(short: float, long: float, own: list[AlertWindows]) -> bool:
    return any((window.short, window.long) == (short, long) for windows in own for window in windows.windows)


def _twelfth(window: float) -> float:
    return max(60.0, round(window / 12 / 60) * 60.0)
