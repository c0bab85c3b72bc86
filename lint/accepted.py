"""Suppressions that stand in the configuration, since their files hold no comments: JSON above all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from .config import Accepted, Config, Scopes
from .discover import matcher
from .finding import Location
from .nodes import Suppression
from .read import Decoded, decode
from .region import Position, Region, Text


def accepted_in(config: Config, scopes: Scopes, contents: Mapping[str, bytes], cwd: Path) -> Iterator[Suppression]:
    """
    The entries of the configuration, with what they cover in the files of the run.

    One that no file matches has its own pattern for a source: whether that is a mistake depends on whether the run saw
    the whole project.
    """
    file = os.path.relpath(config.file, cwd) if config.file is not None else ""
    for entry, line in zip(config.suppress, config.suppress_lines, strict=True):
        matches = matcher((entry.source,))
        covered = tuple((name, _regions(entry, name, contents[name])) for name in contents if matches(scopes.key(name)))
        place = Region(Position(line, 1), Position(line, 1))
        yield Suppression(
            at=Location(file, None, place),
            lines=(line, line),
            rules=entry.rules,
            reason=entry.reason,
            until=entry.until,
            problem=None,
            covers=(line, line),
            extent=place,
            alone=False,
            elsewhere=covered or ((entry.source, ()),),
        )


def _regions(entry: Accepted, source: str, data: bytes) -> tuple[Region, ...] | None:
    """What a pointer leads to in each document of a file; nothing where it leads nowhere."""
    if not entry.pointer:
        return None
    text = decode(data, source)
    if not isinstance(text, Decoded):
        return ()
    from .documents.tree import MalformedError, parse_named  # few runs have such an entry

    try:
        trees = parse_named(Text.of_file(text.text, source), source)
    except MalformedError:
        return ()
    found = (tree.at(entry.pointer) for tree in trees)
    return tuple(tree.region for tree in found if tree is not None)
