"""When each alert has fired, from the `ALERTS` series that Prometheus keeps of itself."""

from __future__ import annotations

from itertools import pairwise

from ...lint.record import Record
from ..live import Live

DAYS = 14
STEP = 300
# A range of one step, so that a firing between two steps is not missed.
EXPRESSION = f'count by (alertname) (count_over_time(ALERTS{{alertstate="firing"}}[{STEP // 60}m]))'
QUESTION = f"query_range?query={EXPRESSION}&range={DAYS * 86400}&step={STEP}"


class Firing(Record):
    """One time that an alert fired; its ends are exact to one step."""

    start: float
    steps: int

    @property
    def seconds(self) -> int:
        """How long it lasted, at most."""
        return self.steps * STEP


def firings(live: Live) -> dict[str, tuple[Firing, ...]]:
    """The firings of each alert that has fired at all, all its series taken together."""
    histories = live.query_range(EXPRESSION, DAYS * 86400, STEP)
    return {one.labels.get("alertname", ""): _firings([at for at, _ in one.points]) for one in histories}


def _firings(times: list[float]) -> tuple[Firing, ...]:
    if not times:
        return ()
    breaks = [number for number, (before, after) in enumerate(pairwise(times), 1) if after - before > 1.5 * STEP]
    edges = [0, *breaks, len(times)]
    return tuple(Firing(times[start], end - start) for start, end in pairwise(edges))
