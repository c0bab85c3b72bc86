"""`slos/budget-arithmetic`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Fix, Good, Rule, Severity, Text
from ...lint.nodes import Slo
from ...lint.record import Record
from ...lint.telemetry import burnrate
from ...lint.telemetry.duration import spell
from ._samples import SLO


class BudgetArithmetic(Rule):
    """
    Flags a stated downtime that target and window do not give.

    **Why.**
    `99.9% # 43.8 minutes downtime per month` beside `window: 30d`: the window leaves 43.2 minutes.
    43.8 belong to a month of 30.4 days, which nobody measures.
    Whoever plans by the comment plans with a budget that is not there.

    **Instead.**
    `(1 − target) × window`: 99.9 % of 30 days are 43.2 minutes, of 28 days 40.3, of 7 days 10.1.

    Read are the description and the comments behind target and window.
    A stated period counts («per year», «in 7 days»), and a month is the window where that has 28 to 31 days.
    Not flagged: numbers that are rounded, whatever the last digit, or said to be about so much.
    """

    id = "slos/budget-arithmetic"
    summary = "stated downtime is not what target and window leave"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.2",)

    def check_slo(self, slo: Slo) -> Iterator[Finding]:
        if slo.target is None or slo.target.budget is None:
            return
        budget = slo.target.budget
        for text in (slo.target.remark, slo.window_remark, slo.description):
            for claim in _claims(text) if text is not None else ():
                periods = _periods(claim, slo.window_seconds)
                if periods and not any(claim.holds(burnrate.allowance(budget, period)) for period in periods):
                    right = claim.spelled(burnrate.allowance(budget, periods[0]))
                    yield self.finding(
                        f"{1 - budget:.6%}".rstrip("%").rstrip("0").rstrip(".")
                        + f"% of {spell(periods[0])} leave {right} {claim.unit}, not {claim.number}",
                        slo.place(claim.text, claim.start, claim.end),
                        fix=_fix(claim, right),
                    )

    examples = (
        Bad(
            SLO.replace("99.9%", "99.9% # 43.8 minutes downtime per month"),
            at="43.8 minutes",
            fixed=SLO.replace("99.9%", "99.9% # 43.2 minutes downtime per month"),
        ),
        Bad(
            SLO.replace("Requests that are answered", "an error budget of 3 hours"),
            at="3 hours",
            fixed=SLO.replace("Requests that are answered", "an error budget of 1 hours"),
        ),
        Good(SLO.replace("99.9%", "99.9% # 43.2 minutes of downtime in 30 days")),
        Good(SLO.replace("99.9%", "99.9% # 8.76 hours of downtime per year")),
        Good(SLO.replace("99.9%", "99.9% # about 45 minutes of downtime")),
        Good(SLO.replace("99.9%", "99.9% # pages after 5 minutes"), why="no downtime is spoken of"),
    )


_DOWN = r"(?:down[ -]?time|error[ -]budget|outages?|unavailab\w+|interruptions?)"
_ABOUT = r"(?P<about>~|≈|about|around|roughly|approx\w*\.?|ca\.?|circa|up to|at most|max\w*\.?)?"
_AMOUNT = r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|s|m|h|d)\b"
_BEFORE = re.compile(rf"{_ABOUT}\s*{_AMOUNT}(?:\s+(?:of|worth of|allowed|total|monthly))*\s+{_DOWN}", re.I)
_AFTER = re.compile(rf"{_DOWN}(?:\s+(?:budget|of|is|are|allowed))*\s*[:=,]?\s*{_ABOUT}\s*{_AMOUNT}", re.I)
_PERIOD = re.compile(
    r"\s*(?:of\s+)?(?:down[ -]?time\s*|error[ -]budget\s*)?(?:per|a|an|/|in|in any|each|every|over|within|any)\s*"
    r"(?:the\s+)?(?:(?P<count>\d+)[\s-]*)?(?P<unit>month|week|day|year|quarter|yr|mo|d|w)s?\b",
    re.I,
)
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DAY = 86400.0
# All that a month, a quarter and a year may be taken for, the usual first.
_LENGTHS = {
    "month": (30.0, 30.4375, 30.4, 28.0, 31.0),
    "mo": (30.0, 30.4375, 30.4, 28.0, 31.0),
    "week": (7.0,),
    "w": (7.0,),
    "day": (1.0,),
    "d": (1.0,),
    "quarter": (90.0, 91.3125, 91.0, 92.0),
    "year": (365.0, 365.25, 360.0),
    "yr": (365.0, 365.25, 360.0),
}
_MONTH = (28 * _DAY, 31 * _DAY)


class _Claim(Record):
    """A number of minutes, hours or seconds that are said to be allowed."""

    text: Text
    start: int
    end: int
    number: str
    unit: str
    about: bool
    period: re.Match[str] | None

    @property
    def seconds(self) -> float:
        return _UNITS[self.unit[0].lower()]

    def holds(self, allowance: float) -> bool:
        """Whether the number is the allowance, rounded or cut at its last digit."""
        wanted, given = allowance / self.seconds, float(self.number)
        digit = 10.0 ** -len(self.number.partition(".")[2])
        if self.about:
            return abs(wanted - given) <= max(digit, 0.1 * wanted)
        return -digit / 2 <= round(wanted - given, 9) < digit

    def spelled(self, allowance: float) -> str:
        """The allowance with as many digits as the number has."""
        return f"{allowance / self.seconds:.{len(self.number.partition('.')[2])}f}"


def _claims(text: Text) -> Iterator[_Claim]:
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text.value):
            start, end = match.start("number"), match.end("unit")
            period = _PERIOD.match(text.value, match.end())
            about = match["about"] is not None and not match["about"].lower().startswith(("up", "at", "max"))
            yield _Claim(text, start, end, match["number"], match["unit"], about, period)


def _periods(claim: _Claim, window: float | None) -> tuple[float, ...]:
    """The lengths of time that a claim may be about; none where that is not known."""
    if claim.period is None:
        return (window,) if window else ()
    unit, count = claim.period["unit"].lower(), int(claim.period["count"] or 1)
    if unit in ("month", "mo") and count == 1 and window and _MONTH[0] <= window <= _MONTH[1]:
        return (window,)
    return tuple(count * days * _DAY for days in _LENGTHS[unit])


def _fix(claim: _Claim, right: str) -> Fix | None:
    edit = claim.text.edit(claim.start, claim.start + len(claim.number), right)
    return Fix(f"write {right}", (edit,)) if edit is not None and right.strip("0.") else None
