"""Where the time of a run goes: by stage, and by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from time import perf_counter


@dataclass
class Profile:
    """
    Seconds by stage and by rule.

    Several processes work at once, so that the seconds of the stages may be more than those of the run.
    """

    stages: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    clock: Callable[[], float] = perf_counter

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Counts what happens inside for a stage."""
        with _timed(self.stages, name, self.clock):
            yield

    @contextmanager
    def rule(self, name: str) -> Iterator[None]:
        """Counts what happens inside for a rule."""
        with _timed(self.rules, name, self.clock):
            yield

    def add(self, stages: Counter[str], rules: Counter[str]) -> None:
        """Takes in what another process measured."""
        self.stages.update(stages)
        self.rules.update(rules)


@contextmanager
def _timed(counter: Counter[str], name: str, clock: Callable[[], float]) -> Iterator[None]:
    started = clock()
    try:
        yield
    finally:
        counter[name] += clock() - started  # type: ignore[assignment]  # a Counter adds whatever can be added


def in_stage(profile: Profile | None, name: str) -> AbstractContextManager[None]:
    """Counts what happens inside for a stage, where somebody wants to know."""
    return profile.stage(name) if profile is not None else nullcontext()
