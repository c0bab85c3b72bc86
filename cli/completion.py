"""What a shell may offer at a place of the command line. Nothing is loaded before somebody asks."""

from __future__ import annotations

from collections.abc import Iterable

import typer


def rule(incomplete: str) -> list[str]:
    """The ids of rules and auditors."""
    return _beginning(incomplete, (*_ids("lint"), *_ids("live")))


def selector(ctx: typer.Context, incomplete: str) -> list[str]:
    """The ids that the verb knows, and their folders; behind a comma, one more."""
    given, comma, begun = incomplete.rpartition(",")
    ids = _ids(ctx.info_name)
    names = _beginning(begun, sorted({one.partition("/")[0] for one in ids} | set(ids)))
    return [f"{given}{comma}{name}" for name in names]


def report_format(incomplete: str) -> list[str]:
    """The formats of a report."""
    from ..reports import FORMATS

    return _beginning(incomplete, FORMATS)


def preset(incomplete: str) -> list[str]:
    """The presets of the configuration."""
    from ..readiness import PRESETS

    return _beginning(incomplete, PRESETS)


def _ids(verb: str | None) -> tuple[str, ...]:
    if verb == "live":
        from ..auditors import ALL

        return tuple(one.id for one in ALL)
    from .request import known_rules

    return tuple(one.id for one in known_rules())


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
