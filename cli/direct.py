"""
`obsaudit lint` with nothing but paths, as hooks and people call it most: no parser of arguments is needed.

Loading one takes longer than checking a file does: Typer and the models it coerces arguments with are a third of such
a run. The answer is the same as by the long way, which everything else takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_COMPLETION = "_OBSAUDIT_COMPLETE"
"""Set where a shell asks what could follow."""


def paths_of(arguments: Sequence[str], environment: Mapping[str, str]) -> list[str] | None:
    """The paths to lint, empty for the current folder; None where the arguments say anything else."""
    if not arguments or arguments[0] != "lint" or _COMPLETION in environment:
        return None
    paths = list(arguments[1:])
    return None if any(path.startswith("-") for path in paths) else paths
