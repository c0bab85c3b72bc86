"""What is known of a Python expression's values."""

from __future__ import annotations

from typing import TypeAlias

import libcst as cst

from .. import value
from ..value import CONFIGURED, FEW, TEMPLATED, UNKNOWN, constant, join, one_of, suspect, unbounded

__all__ = ["BOOLEAN", "CONFIGURED", "FEW", "TEMPLATED", "UNKNOWN", "Value", "constant", "join", "suspect", "unbounded"]

Value: TypeAlias = value.Value[cst.CSTNode]
BOOLEAN: Value = one_of(["True", "False"])
