"""Prometheus durations, as in `1h30m` (prometheus.io/docs/prometheus/latest/querying/basics/#time-durations)."""

from __future__ import annotations

import re

_UNITS = {"y": 365 * 86400.0, "w": 7 * 86400.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
# Prometheus counts nanoseconds in 64 bits, and refuses what does not fit.
_LONGEST = 2**63 / 1e9
_DURATION = re.compile(
    r"(?:(?P<y>[0-9]+)y)?(?:(?P<w>[0-9]+)w)?(?:(?P<d>[0-9]+)d)?(?:(?P<h>[0-9]+)h)?(?:(?P<m>[0-9]+)m(?!s))?(?:(?P<s>[0-9]+)s)?(?:(?P<ms>[0-9]+)ms)?"
)


def seconds(text: str) -> float | None:
    """The length of a duration in seconds; None when it is none. A bare `0` is one."""
    stripped = text.strip()
    if stripped == "0":
        return 0.0
    match = _DURATION.fullmatch(stripped)
    if match is None or not stripped:
        return None
    try:
        length = sum(int(count) * _UNITS[unit] for unit, count in match.groupdict().items() if count)
    except (ValueError, OverflowError):  # more digits than a number may have
        return None
    return length if length < _LONGEST else None


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
