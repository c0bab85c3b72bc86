"""Imports: which names a statement binds, and the dotted path that each stands for."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from .tree import dotted_name


def names_of(statement: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, and what it stands for: `prometheus_client.Counter`, `.metrics.orders`."""
    if isinstance(statement.names, cst.ImportStar):
        return
    prefix = ""
    if isinstance(statement, cst.ImportFrom):
        prefix = "." * len(statement.relative) + (f"{dotted_name(statement.module)}." if statement.module else "")
    for alias in statement.names:
        path = dotted_name(alias.name)
        if alias.asname and isinstance(alias.asname.name, cst.Name):
            yield alias.asname.name.value, prefix + path
        elif prefix:
            yield path, prefix + path
        else:
            # `import a.b` binds `a`.
            name = path.partition(".")[0]
            yield name, name
