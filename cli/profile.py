"""How many cores there are, and where the time went."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .common import tell

if TYPE_CHECKING:
    from ..lint.profile import Profile

_MOST_RULES = 15


def cores() -> int:
    """The cores that this process may use."""
    # A container or `taskset` may allow fewer than the machine has; not every system says so.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def told(profile: Profile) -> None:
    """Prints the seconds of each stage, and of the rules that took most."""
    _table("stage", profile.stages.most_common())
    _table("rule", profile.rules.most_common(_MOST_RULES))


def _table(what: str, rows: Iterable[tuple[str, float]]) -> None:
    tell(f"\n{'seconds':>9}  {what}")
    for name, seconds in rows:
        tell(f"{seconds:9.3f}  {name}")
