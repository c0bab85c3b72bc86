"""Prometheus durations, as in `1h30m` (prometheus.io/docs/prometheus/latest/querying/basics/#time-durations)."""

from __future__ import annotations

import re

_UNITS = {"y": 365 * 86400.0, "w": 7 * 86400.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DURATION = re.compile(
    r"(?:(?P<y>\d+)y)?(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m(?!s))?(?:(?P<s>\d+)s)?(?:(?P<ms>\d+)ms)?"
)


def seconds(text: str) -> float | None:
    """The length of a duration in seconds; None when it is none. A bare `0` is one."""
    stripped = text.strip()
    if stripped == "0":
        return 0.0
    match = _DURATION.fullmatch(stripped)
    if match is None or not stripped:
        return None
    return sum(int(count) * _UNITS[unit] for unit, count in match.groupdict().items() if count)


def spell(length: float) -> str:
    """The shortest spelling of a length in seconds, as in `1h30m`."""
    if length <= 0:
        return "0s"
    left, parts = round(length * 1000), []
    for unit in ("d", "h", "m", "s", "ms"):
        size = round(_UNITS[unit] * 1000)
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)
