"""Grafana's provisioning files (grafana.com/docs/grafana/latest/administration/provisioning)."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import DashboardProvider, Node, ProvisionedDatasource
from .tree import Tree

KIND = "Grafana provisioning"


def holds_provisioning(tree: Tree) -> bool:
    """Whether this document loads dashboards or makes datasources."""
    return next(_entries(tree), None) is not None


def provisioning_in(tree: Tree, source: str) -> Iterator[Node]:
    """The providers of dashboards and the datasources of a document."""
    for key, entry in _entries(tree):
        name, options = entry.text_at("name"), entry.get("options")
        at = Location(source, f"{key[:-1]} {name.value}" if name is not None else None, entry.region)
        if key == "datasources":
            uid, url, kind = entry.text_at("uid"), entry.text_at("url"), entry.text_at("type")
            yield ProvisionedDatasource(
                at=at,
                lines=entry.lines,
                name=name.value if name is not None else None,
                uid=uid.value if uid is not None else None,
                type=kind.value if kind is not None else None,
                url=url.value if url is not None else None,
            )
        elif options is not None and (path := options.text_at("path")) is not None:
            yield DashboardProvider(at=at, lines=entry.lines, path=path.value)


def _entries(tree: Tree) -> Iterator[tuple[str, Tree]]:
    if tree.get("apiVersion") is None:
        return
    for key, mark in (("providers", "options"), ("datasources", "type")):
        held = tree.get(key)
        for entry in held.elements() if held is not None else ():
            if entry.get(mark) is not None:
                yield key, entry
