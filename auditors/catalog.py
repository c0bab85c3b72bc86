"""What a server has metrics of: asked for a snapshot, so that the rules can know it offline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, TypeVar

from ..lint import Finding, Location, Severity, Skipped, Table
from ..lint.nodes import ExposedMetric
from ..lint.project import Project
from ..lint.region import Text
from ..lint.wire import series_exposed
from .auditor import Auditor
from .errors import LiveError
from .live import Live

T = TypeVar("T")


class Catalog(Auditor):
    """Asks for the names and the types of all metrics, and says nothing about them."""

    id: ClassVar[str] = "snapshot/catalog"
    summary: ClassVar[str] = "names and types of all metrics"
    severity: ClassVar[Severity] = Severity.INFO
    costs_queries: ClassVar[bool] = False

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Asks, for the answers to be in the snapshot."""
        for ask in (live.metric_names, live.metadata):
            try:
                ask()
            except LiveError as error:
                yield Skipped(self.id, str(error), error.fatal)


def nodes(live: Live, source: str) -> tuple[ExposedMetric, ...]:
    """The metrics of a snapshot as a project has them: those whose type it tells, and then the other names."""
    types = _known(live.metadata) or {}
    told = [_node(name, kind, source) for name, kind in types.items()]
    series = {name for node in told for name, _ in series_exposed(node)}
    return (*told, *(_node(name, "unknown", source) for name in _known(live.metric_names) or () if name not in series))


def _known(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except LiveError:
        return None


def _node(name: str, kind: str, source: str) -> ExposedMetric:
    text = Text.of_file(name, source)
    return ExposedMetric(
        at=Location(source, f"metric {name}", None), lines=(1, 1), name=text, type=kind, open_metrics=False
    )
