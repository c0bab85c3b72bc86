"""What a server has metrics of: asked for a snapshot, so that the rules can know it offline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, TypeVar

from ..lint import Finding, Location, Severity, Skipped, Table, promql
from ..lint.nodes import ExposedMetric, Query
from ..lint.project import Project
from ..lint.record import replace
from ..lint.region import Text
from ..lint.telemetry.wire import series_exposed
from .auditor import Auditor
from .errors import LiveError
from .expressions import selector
from .live import Live

T = TypeVar("T")

# A request each, of the 500 that a run has by default.
_MOST = 200


class Catalog(Auditor):
    """
    Asks for the names and the types of all metrics, and for the labels of those that the repository reads.

    It says nothing about them.
    """

    id: ClassVar[str] = "snapshot/catalog"
    summary: ClassVar[str] = "names and types of all metrics, labels of those that are read"
    severity: ClassVar[Severity] = Severity.INFO
    costs_queries: ClassVar[bool] = False

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Asks, for the answers to be in the snapshot."""
        for ask in (live.metric_names, live.metadata):
            try:
                ask()
            except LiveError as error:
                yield Skipped(self.id, str(error), error.fatal)
        wanted = sorted(_read(project) & set(_known(live.metric_names) or ()))
        if len(wanted) > _MOST:
            yield Skipped(self.id, f"the labels of {len(wanted) - _MOST} metrics: no more than {_MOST} are asked for")
        for name in wanted[:_MOST]:
            live.label_names(selector(name))


def nodes(live: Live, source: str) -> tuple[ExposedMetric, ...]:
    """The metrics of a snapshot as a project has them: those whose type it tells, and then the other names."""
    types, names = _known(live.metadata) or {}, _known(live.metric_names) or ()
    labels = {name: found for name in names if (found := _known(lambda: live.label_names(selector(name))))}  # noqa: B023
    told = [_node(name, kind, source, labels) for name, kind in types.items()]
    series = {name for node in told for name, _ in series_exposed(node)}
    return (*told, *(_node(name, "unknown", source, labels) for name in names if name not in series))


def _read(project: Project) -> set[str]:
    """The metrics that queries of the repository select by name."""
    trees = (promql.parse(query.text.value).expr for query in project.all(Query))
    return {name for tree in trees if tree is not None for name in promql.metric_names(tree)}


def _known(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except LiveError:
        return None


def _node(name: str, kind: str, source: str, labels: Mapping[str, tuple[str, ...]]) -> ExposedMetric:
    at, text = Location(source, f"metric {name}", None), Text.of_file(name, source)
    node = ExposedMetric(at=at, lines=(1, 1), name=text, type=kind, open_metrics=False)
    own = {one: labels[one] for one, _ in series_exposed(node) if one in labels}
    return replace(node, labels=own) if own else node
