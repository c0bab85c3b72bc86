"""A call that measures."""

from __future__ import annotations

from typing import Literal

import libcst as cst

from ...nodes import Api, Imported, Instrument
from ...record import Record

Passing = Literal["labels", "values", "attributes", "defaults", "tags", "value"]
"""How a call passes its labels: `labels` by place and by name, `values` by place in a list, `attributes` as a mapping,
`defaults` as a mapping to which the instrument adds its own, `tags` as a list of texts, `value` one by itself."""


class Use(Record, eq=False):
    """A call that measures: what it measures, and how its labels are passed."""

    call: cst.Call
    api: Api
    instrument: Instrument | None
    metric: str | None
    passing: Passing
    arguments: tuple[cst.Arg, ...]
    operation: str | None
    amount: cst.BaseExpression | None = None
    reference: Imported | None = None
    """Where the instrument is imported from."""
