"""How figures are spelt in findings and tables."""

from __future__ import annotations

from datetime import datetime

from .live import Live


def took(seconds: float) -> str:
    """A measured time to three digits: `387ms`, `1.5s`, `4.07s`."""
    if 0 < seconds < 0.9995:
        return f"{seconds * 1000:.3g}ms"
    return f"{seconds:.3g}s" if seconds < 1000 else f"{seconds:.0f}s"


def moment(at: datetime) -> str:
    """A point in time, to the minute."""
    return f"{at:%Y-%m-%d %H:%M %Z}"


def asked(live: Live) -> str:
    """When the figures of a table were asked for."""
    return f"asked {moment(live.now)}"
