"""The production-readiness checklist: criteria as data, each decided by rules, auditors or people."""

from .attestations import AttestationError, load
from .criteria import TASKS
from .judge import Evidence, judge
from .preset import PRESETS

__all__ = ["PRESETS", "TASKS", "AttestationError", "Evidence", "judge", "load"]
