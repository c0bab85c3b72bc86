"""What Prometheus refuses in the ways of discovering targets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..nodes import Unparsable
from . import prometheus_schema as schema
from .prometheus_values import is_empty, is_open
from .tree import Tree

Problem = Callable[[str, Tree], Unparsable]
"""Makes a finding about a value."""


def filters(problem: Problem, tree: Tree) -> Iterator[Unparsable]:
    """Clouds that are asked for what fits: each filter has values."""
    for element in tree.elements():
        filters = element.get("filters")
        for one in filters.elements() if filters is not None else ():
            values = one.get("values")
            if values is None or is_empty(values):
                yield problem("a filter has no `values`", one)


def secret(problem: Problem, tree: Tree) -> Iterator[Unparsable]:
    """Clouds that want a secret, here or in a file."""
    for element in tree.elements():
        given = {key.scalar for key, value in element.entries() if not is_empty(value)}
        if element.is_mapping and not given & {"secret_key", "secret_key_file"}:
            yield problem("it needs a `secret_key` or a `secret_key_file`", element)


def azure(problem: Problem, tree: Tree) -> Iterator[Unparsable]:
    """How Azure is asked: by which method, and with what that needs."""
    for element in tree.elements():
        method = (element.get("authentication_method") or element).scalar or "OAuth"
        if method not in ("OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity"):
            yield problem(f"there is no authentication method `{method}`", element)
        for name in ("tenant_id", "client_id", "client_secret") if method == "OAuth" else ():
            if (value := element.get(name)) is None or is_empty(value):
                yield problem(f"OAuth needs a `{name}`", element)


def kubernetes(problem: Problem, tree: Tree) -> Iterator[Unparsable]:
    """How Kubernetes is asked: where, for what, and for which of it."""
    for element in tree.elements():
        role, api = (element.get("role") or element).scalar or "", element.get("api_server")
        has_api = api is not None and not is_empty(api)
        config = element.get("kubeconfig_file")
        authed = [key for key, _ in element.entries() if key.scalar in schema.HTTP]
        if authed and not has_api:
            yield problem("settings of HTTP need an `api_server`", authed[0])
        own = element.get("namespaces")
        if own is not None and (own.get("own_namespace") or own).scalar == "true" and (has_api or config):
            yield problem("`own_namespace` goes with neither `api_server` nor `kubeconfig_file`", own)
        if own is not None:
            for key, _ in own.entries():
                if key.scalar not in ("own_namespace", "names"):
                    yield problem(f"`namespaces` has no key `{key.scalar}`", key)
        yield from _selectors(problem, element.get("selectors"), role)


def _selectors(problem: Problem, tree: Tree | None, role: str) -> Iterator[Unparsable]:
    seen: set[str] = set()
    for element in tree.elements() if tree is not None else ():
        kind = (element.get("role") or element).scalar or ""
        if kind not in _SELECTABLE.get(role, {role}):
            yield problem(f"the role `{role}` has no selector of `{kind}`", element)
        elif kind in seen:
            yield problem(f"`{kind}` is selected twice", element)
        seen.add(kind)
        for name, selects in _SELECTORS.items():
            value = element.get(name)
            if value is not None and value.scalar and not is_open(value) and selects.search(value.scalar) is None:
                yield problem(f"`{value.scalar}` is no selector", value)


# A selector of labels may be a bare name, one of fields is not.
_SELECTORS = {"label": re.compile(r"=|\bin\b|^!?[\w./-]+$"), "field": re.compile("=")}
_SELECTABLE = {
    "endpoints": {"pod", "service", "endpoints"},
    "endpointslice": {"pod", "service", "endpointslice"},
    "pod": {"pod", "node"},
}
