"""What a run says: findings, and the fixes they carry."""

from __future__ import annotations

from enum import StrEnum

from .record import Record
from .region import Edit, Region


class Severity(StrEnum):
    """How much a finding costs: misleads, pages wrongly or loses data · costs later · good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """2 for an error, 0 for an info: what `fail-on` compares."""
        return _WEIGHTS[self]


_WEIGHTS = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}


class Confidence(StrEnum):
    """High where the facts decide; low where a name or a habit only suggests."""

    HIGH = "high"
    LOW = "low"


class Location(Record):
    """
    Where a finding points.

    `source` is a path as the user wrote it, or `prometheus:<name>` for a live server.
    `subject` is the telemetry's own name, as in `alert HighErrorRate`.
    `region` is None where the place has no text.
    """

    source: str
    subject: str | None
    region: Region | None

    def __reduce__(self) -> tuple[type[Location], tuple[str, str | None, Region | None]]:
        return Location, (self.source, self.subject, self.region)


class Related(Record):
    """Another place that a finding depends on, and why: the other end of a broken link."""

    at: Location
    message: str


class Fix(Record):
    """Edits that cure a finding; `safe` when they cannot change what the telemetry means."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


class Finding(Record):
    """One rule, one message, one place. Never mutated: settling places it in one list of the report."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    at: Location
    help: str | None = None
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
