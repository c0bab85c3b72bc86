"""Which logging set-ups of a project are known to write no trace id, and which log calls they serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from ...lint import Confidence
from ...lint.nodes import Instrumentation, Language, LogCall, LoggerSetup, Tracing
from ...lint.project import Project
from ...lint.trials import is_by_hand, is_trial

_UNKNOWN = "of TypeScript, imported"


def uncorrelated_setups(project: Project) -> Iterator[LoggerSetup]:
    """
    The set-ups that write no trace id, unless something in the project does it for them.

    A filter, a processor or an instrumentation may be set up in another file, so one proof clears its library.
    """
    setups = project.all(LoggerSetup)
    cleared = {(setup.language, setup.library) for setup in setups if setup.correlated}
    cleared |= {(one.language, library) for one in project.all(Instrumentation) for library in one.clients}
    agents = {one.language for one in project.all(Instrumentation) if one.everything}
    # What others bind, or set up in a way that cannot be followed, may be what this one waits for.
    bound = {(setup.language, setup.library) for setup in setups if setup.correlated is None and not setup.unless_bound}
    for setup in setups:
        bad = setup.correlated is False or (setup.unless_bound and (setup.language, setup.library) not in bound)
        known = setup.language not in agents and (setup.language, setup.library) not in cleared
        if bad and known and not is_trial(setup.at.source):
            yield setup


class Traced:
    """Tells where a project takes part in tracing: only there have records a trace to name."""

    def __init__(self, project: Project) -> None:
        self._files = {tracing.at.source for tracing in project.all(Tracing)}
        self._parts = {(tracing.language, _part(tracing.at.source)) for tracing in project.all(Tracing)}

    def confidence(self, setup: LoggerSetup, source: str) -> Confidence:
        """
        High for a file whose part of the project, its outermost folder, is traced in the language of the set-up.

        What says nothing of how records look, or is of a program that somebody runs by hand, may serve nobody's search.
        """
        traced = (setup.language, _part(source)) in self._parts
        served = not setup.plain and not is_by_hand(setup.at.source)
        return Confidence.HIGH if traced and served else Confidence.LOW

    def confidence_of_call(self, setup: LoggerSetup, source: str) -> Confidence:
        """Low, too, beside the set-up, in a file that has no part in tracing: it runs before there is a trace."""
        if setup.at.source == source and source not in self._files:
            return Confidence.LOW
        return self.confidence(setup, source)


class Served:
    """Finds the set-ups that serve a log call: the nearest ones, going up from its folder."""

    def __init__(self, project: Project) -> None:
        self._bad = {setup.at for setup in uncorrelated_setups(project)}
        self._below: dict[tuple[str, str], list[LoggerSetup]] = defaultdict(list)
        for setup in project.all(LoggerSetup):
            for folder in _folders(setup.at.source):
                self._below[folder, setup.library].append(setup)
                if setup.language is Language.TYPESCRIPT:
                    # `import { logger } from './logger'` does not say which library it is of.
                    self._below[folder, _UNKNOWN].append(setup)

    def by(self, call: LogCall) -> LoggerSetup | None:
        """A set-up that serves the loggers of a file, if all that do write no trace id."""
        imported = call.library == "unknown" and call.language is Language.TYPESCRIPT
        for folder in _folders(call.at.source):
            setups = self._below.get((folder, _UNKNOWN if imported else call.library))
            if setups:
                return setups[0] if all(setup.at in self._bad for setup in setups) else None
        return None


def _part(source: str) -> str:
    """The outermost folder of a file; empty for a file beside them."""
    parts = PurePosixPath(source).parts
    return parts[0] if len(parts) > 1 else ""


def _folders(source: str) -> Iterator[str]:
    """The folders around a file, innermost first."""
    for parent in PurePosixPath(source).parents:
        yield str(parent)
