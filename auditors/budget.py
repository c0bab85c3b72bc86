"""
What a run may still cost: one purse for all its threads and for all systems that it asks.

Whatever is asked is paid for beforehand, under one lock, so that the limits hold however many ask at
once: a request when it is sent, the samples of a query as many as it is expected to read, until it is
known what it read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .errors import Exhausted, TooDear, Unreachable
from .limits import Limits


@dataclass(slots=True)
class Spent:
    """What has been spent so far."""

    requests: int = 0
    samples: int = 0


class Budget:
    """The limits of a run, and what is left of them. A system is named as in `prometheus`, `loki`."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits
        self.clock = clock
        self._sleep = sleep
        self._started = clock()
        self._end = self._started + limits.seconds
        self._changed = threading.Condition()
        self._spent: dict[str, Spent] = {}
        self._in_flight = 0
        """The samples that the queries are expected to read that are being answered."""

        self._next = self._started
        """When the rate allows the next request."""

        self._quiet: dict[str, float] = {}
        """Until when a system wants to be left alone."""

    @property
    def spent(self) -> Spent:
        """What all systems together have cost."""
        of = self._spent.values()
        return Spent(sum(one.requests for one in of), sum(one.samples for one in of))

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._end - self.clock()

    @property
    def told(self) -> str:
        """What was spent of what, and by which system, for the report's head."""
        spent, limits = self.spent, self.limits
        each = ", ".join(f"{name} {one.requests:,}" for name, one in sorted(self._spent.items()))
        by = f" ({each})" if len(self._spent) > 1 else ""
        return (
            f"{spent.requests:,} of {limits.requests:,} requests{by}, {spent.samples:,} of {limits.samples:,} samples, "
            f"{self.clock() - self._started:.1f} of {limits.seconds:g} seconds"
        )

    def request(self, system: str) -> None:
        """Pays for a request, and waits until the rate and the system allow it; raises `Exhausted` or `Unreachable`."""
        with self._changed:
            self._check()
            self._of(system).requests += 1
        while (wait := self._wait(system)) > 0:
            self._sleep(wait)

    def pause(self, system: str, seconds: float) -> bool:
        """Has everybody leave a system alone for so long; whether the run lasts longer than that."""
        with self._changed:
            until = self.clock() + seconds
            self._quiet[system] = max(self._quiet.get(system, until), until)
            return until < self._end

    def read(self, system: str, samples: int) -> None:
        """Counts the samples that a query has read."""
        with self._changed:
            self._of(system).samples += samples

    @contextmanager
    def reserved(self, expected: int | None, what: str) -> Iterator[None]:
        """
        Sets the samples aside that a query is expected to read, while it is answered.

        Queries that are answered at the same time never read more together than one may: the others
        wait. One of unknown size is answered alone. Raises `TooDear` for a query that is above the
        limit, or above what is left of the run's.
        """
        limit = self.limits.query_samples
        if expected is not None and expected > limit:
            raise TooDear(f"`{what}`: it may read {expected:,} samples, above the limit of {limit:,} for a query")
        wanted = limit if expected is None else expected
        with self._changed:
            self._changed.wait_for(lambda: self._in_flight + wanted <= limit)
            self._check(f"`{what}`: ")
            left = self.limits.samples - self.spent.samples - self._in_flight
            if expected is not None and expected > left:
                self._changed.wait_for(lambda: not self._in_flight)
                left = self.limits.samples - self.spent.samples
            if expected is not None and expected > left:
                raise TooDear(f"`{what}`: it may read {expected:,} samples, and {left:,} are left of those of the run")
            self._in_flight += wanted
        try:
            yield
        finally:
            with self._changed:
                self._in_flight -= wanted
                self._changed.notify_all()

    def _of(self, system: str) -> Spent:
        return self._spent.setdefault(system, Spent())

    def _check(self, what: str = "") -> None:
        spent = self.spent
        for unit, used, limit in (
            ("requests", spent.requests, self.limits.requests),
            ("samples", spent.samples, self.limits.samples),
        ):
            if used >= limit:
                raise Exhausted(f"{what}the limit of {limit} {unit} for a run is used up")
        if self.left <= 0:
            raise self._late(what)

    def _late(self, what: str = "") -> Exhausted:
        return Exhausted(f"{what}the limit of {self.limits.seconds:g} seconds for a run is used up")

    def _wait(self, system: str) -> float:
        """The seconds until the next request may be sent; with 0 it is the caller's."""
        with self._changed:
            now = self.clock()
            at = max(self._next, self._quiet.get(system, now))
            if at >= self._end:
                self._of(system).requests -= 1
                if self._next < self._end:
                    raise Unreachable(f"it asks to be left alone for {at - now:.0f}s, longer than the run lasts")
                raise self._late()
            if at <= now:
                self._next = now + 1 / self.limits.rate
            return max(at - now, 0.0)
