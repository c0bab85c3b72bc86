"""See `ForgottenSilence`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from ...lint import Confidence, Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..alertmanager import FiringAlert, Silence
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated
from ..errors import Unsupported
from ..figures import asked
from ..live import Live
from ._examples import ALERTS, SILENCES, firing, silence

_DAY = 86400
_YEARS = 365


class ForgottenSilence(Auditor):
    """
    Flags silences that last too long or silence nothing, and alerts that are suppressed for days.

    **Why.**
    It was made for an evening and given ten years; the next outage is real, matches it, and wakes nobody.

    **Instead.**
    Expire it (`amtool silence expire`). What must stay quiet for longer is a matter of the routes, a time interval or
    the alert itself, where a review sees it.

    It asks Alertmanager itself: give `--alertmanager`, or `alertmanager` of the server in the configuration.
    Which alert a silence holds back is what Alertmanager says, of this moment: a silence that holds back nothing may
    be about to, so it is flagged after `idle_days` only, and with low confidence.
    Silences that are over are not looked at.
    """

    id: ClassVar[str] = "routing/forgotten-silence"
    summary: ClassVar[str] = "silence was not ended, or alert is suppressed for days"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.2",)
    costs_queries: ClassVar[bool] = False

    max_days: float = 30.0
    """How long a silence may last, from its start to its end."""

    idle_days: float = 7.0
    """How long a silence may be active without an alert that it holds back."""

    suppressed_days: float = 7.0
    """How long an alert may fire without anybody being told."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the silences with their lengths, and with the alerts that Alertmanager holds back."""
        silences, alerts = live.silences(), live.firing()
        held: dict[str, int] = defaultdict(int)
        for alert in alerts:
            for by in alert.silenced_by:
                held[by] += 1
        yield Table(
            title="Silences",
            columns=("silence", "by", "from", "to", "held back"),
            rows=tuple(
                (one.spelling, one.author, f"{one.start:%Y-%m-%d}", f"{one.end:%Y-%m-%d}", str(held[one.id]))
                for one in silences
            ),
            numeric=frozenset({4}),
            note=f"silences that are not over, and how many alerts each holds back, {asked(live)}",
        )
        for one in silences:
            yield from self._silence(live, one, held[one.id])
        yield from self._suppressed(live, silences, alerts)

    def _silence(self, live: Live, one: Silence, held: int) -> Iterator[Finding]:
        place = live.place(f"silence {one.id}")
        by = f" of `{one.author}`" if one.author else ""
        length = _days(one.start, one.end)
        if length > self.max_days:
            lasts = (
                f"lasts {length:,.0f} days" if length <= _YEARS else f"has no end that anybody waits for ({one.end:%Y})"
            )
            yield self.finding(
                f"silence `{one.spelling}`{by} {lasts}; {self.max_days:g} days are the limit",
                place,
                help=f"`amtool silence expire {one.id}`, and change the route or the alert",
            )
        elif one.state == "active" and not held and _days(one.start, live.now) > self.idle_days:
            yield self.finding(
                f"silence `{one.spelling}`{by} is active for {_days(one.start, live.now):,.0f} days and "
                "holds back no alert",
                place,
                help=f"`amtool silence expire {one.id}`, before it holds back the next real one",
                confidence=Confidence.LOW,
                severity=Severity.INFO,
            )

    def _suppressed(self, live: Live, silences: Sequence[Silence], alerts: Sequence[FiringAlert]) -> Iterator[Finding]:
        starts = {one.id: one.start for one in silences} | {one.fingerprint: one.start for one in alerts}
        longest: dict[tuple[str, str], list[float]] = defaultdict(list)
        for alert in alerts:
            how = "a silence" if alert.silenced_by else "an inhibition"
            # From when on there was one that held it back, as far as those that do now tell.
            since = [starts[by] for by in (*alert.silenced_by, *alert.inhibited_by) if by in starts]
            if since:
                days = _days(max(alert.start, min(since)), live.now)
                longest[alert.labels.get("alertname", ""), how].append(days)
        for (name, how), times in sorted(longest.items()):
            if max(times) <= self.suppressed_days:
                continue
            many = f" ({len(times)} of them)" if len(times) > 1 else ""
            yield self.finding(
                f"`{name}`{many} fires, and {how} has held it back for {max(times):,.0f} days",
                live.place(f"alert {name}"),
                help="mend what it reports, or take the alert away: nobody is told of it",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="ten years are no maintenance, and one is left over from last month",
            answers={
                SILENCES: [
                    silence("a", "2026-01-01T12:00:00Z", "2036-01-01T12:00:00Z", severity="warning"),
                    silence("b", "2025-12-20T12:00:00Z", "2026-01-10T12:00:00Z", alertname="ApiDown"),
                ],
                ALERTS: [],
            },
            subjects=("silence b", "silence a"),
        ),
        Violated(
            why="it fires since November, silenced all the time; the other was only silenced yesterday",
            answers={
                SILENCES: [
                    silence("a", "2025-12-10T12:00:00Z", "2026-01-03T12:00:00Z", alertname="DiskFull"),
                    silence("b", "2026-01-01T12:00:00Z", "2026-01-03T12:00:00Z", alertname="ApiSlow"),
                ],
                ALERTS: [
                    firing("DiskFull", "2025-11-03T12:00:00Z", silenced=["a"]),
                    firing("ApiSlow", "2025-11-03T12:00:00Z", silenced=["b"]),
                ],
            },
            subjects=("alert DiskFull",),
        ),
        Violated(
            why="what inhibits it fires for three weeks",
            answers={
                SILENCES: [],
                ALERTS: [
                    firing("ClusterDown", "2025-12-10T12:00:00Z"),
                    firing("NodeDown", "2025-12-11T12:00:00Z", inhibited=["ClusterDown"]),
                ],
            },
            subjects=("alert NodeDown",),
        ),
        Holds(
            why="it is for tonight, and the one that is over is nobody's concern",
            answers={
                SILENCES: [
                    silence("a", "2026-01-02T10:00:00Z", "2026-01-02T18:00:00Z", alertname="ApiDown"),
                    silence("b", "2025-01-02T10:00:00Z", "2026-01-01T18:00:00Z", "expired", alertname="ApiDown"),
                ],
                ALERTS: [firing("DiskFull", "2025-11-03T12:00:00Z")],
            },
        ),
        Unknown(answers={SILENCES: Unsupported("no Alertmanager is known")}, because="no Alertmanager is known"),
    )


def _days(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / _DAY
