"""The engine and its vocabulary: paths in, a settled report out. Knows no rule by name."""

from .finding import Confidence, Finding, Fix, Location, Related, Severity
from .project import Project
from .region import Edit, Position, Region, Text
from .report import Report, Skipped, Table
from .rule import Bad, Example, Good, Rule

__all__ = [
    "Bad",
    "Confidence",
    "Edit",
    "Example",
    "Finding",
    "Fix",
    "Good",
    "Location",
    "Position",
    "Project",
    "Region",
    "Related",
    "Report",
    "Rule",
    "Severity",
    "Skipped",
    "Table",
    "Text",
]
