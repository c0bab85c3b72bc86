"""What holds of instruments in every language."""

from __future__ import annotations

from ..nodes import Boundedness
from .value import N, Value

METER_BUCKETS = (0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0)
"""What an OpenTelemetry histogram has where neither the instrument nor a view says otherwise."""


def why_dynamic(naming: Value[N], *, built: bool) -> str | None:
    """
    Why a name is made at run time, in words; None for constants, settings and what cannot be followed.

    `built` says whether the source puts the name together.
    """
    if naming.bound <= Boundedness.CONFIG:
        return None
    if naming.source is not None:
        return naming.source
    return "built from values that are known at run time only" if built else None
