"""How many values an expression can take, and where they come from."""

from __future__ import annotations

from ..source import SourceSettings
from . import calls, members, operators, variables
from .judging import Judging
from .names import Names

_JUDGES = {**operators.JUDGES, **variables.JUDGES, **members.JUDGES, **calls.JUDGES}


class Values(Judging):
    """Judges the expressions of a file."""

    def __init__(self, names: Names, settings: SourceSettings) -> None:
        super().__init__(names, settings, _JUDGES)
