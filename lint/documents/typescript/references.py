"""What a TypeScript file imports from its own code base: which file is meant, and which name of it."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath

from ...nodes import Imported

_OWN = ("./", "../", "@/", "~/", "#", "src/")
"""How files of the same code base are imported."""

_ENDING = re.compile(r"\.(?:[mc]?[jt]s|[jt]sx)(?=\.|$)")


def reference_to(path: str | None, source: str) -> Imported | None:
    """The other file's name that a path stands for, as `./metrics.js.requests`; None for a library's."""
    if path is None or not path.startswith(_OWN):
        return None
    module, _, name = path.rpartition(".")
    return Imported(_file_of(module, source), name) if module.strip("./") else None


def _file_of(module: str, source: str) -> str:
    """A module as seen from the root, without its ending; for an alias what follows it."""
    stem = _ENDING.sub("", module)
    return f"/{normpath(join(dirname(source), stem))}" if stem.startswith(".") else stem.lstrip("@~#/")
