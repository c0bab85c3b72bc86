"""
Values of Helm charts, where a tool that installs charts holds them in a resource of its own.

Flux' HelmRelease, Argo CD's Application and ApplicationSet, and the HelmChart of K3s.
"""

from __future__ import annotations

from collections.abc import Iterator

from .steps import at, elements, scalar_at
from .tree import Tree

# Charts have charts as parts, and these have others.
_DEPTH = 3


def values_in(tree: Tree) -> Iterator[Tree]:
    """The values that a resource hands to a chart: a mapping, or the text of one."""
    kind, group = scalar_at(tree, "kind"), (scalar_at(tree, "apiVersion") or "").partition("/")[0]
    read = _TOOLS.get((group, kind or ""))
    if read is not None:
        yield from (value for value in read(tree) if value is not None and not value.is_null)


def _of_flux(tree: Tree) -> Iterator[Tree | None]:
    yield at(tree, "spec", "values")


def _of_argo(tree: Tree) -> Iterator[Tree | None]:
    spec = at(tree, "spec", "template", "spec") or tree.get("spec")
    source = at(spec, "source")
    for one in (*((source,) if source is not None else ()), *elements(at(spec, "sources"))):
        yield at(one, "helm", "valuesObject") or at(one, "helm", "values")


def _of_k3s(tree: Tree) -> Iterator[Tree | None]:
    yield at(tree, "spec", "valuesContent")


_TOOLS = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): _of_flux,
    ("argoproj.io", "Application"): _of_argo,
    ("argoproj.io", "ApplicationSet"): _of_argo,
    ("helm.cattle.io", "HelmChart"): _of_k3s,
    ("helm.cattle.io", "HelmChartConfig"): _of_k3s,
}


def charts_in(tree: Tree) -> Iterator[Tree]:
    """
    What may be the values of a chart: a whole file, or what stands below the name of a chart that is part of another.

    Nothing in a resource, which holds no values at its top.
    """
    if tree.is_mapping and (tree.get("kind") is None or tree.get("apiVersion") is None):
        yield from _down(tree, _DEPTH)


def _down(tree: Tree, depth: int) -> Iterator[Tree]:
    yield tree
    for _, value in tree.entries() if depth else ():
        if value.is_mapping:
            yield from _down(value, depth - 1)
