"""Reporters of the readiness checklist, one file a format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from ...lint.checklist import Checklist
from ..view import View

__all__ = ["FORMATS", "ChecklistReporter"]

ChecklistReporter = Callable[[Checklist, View], str]
"""Renders a checklist; the result ends in a newline."""


def _on_first_use(name: str) -> ChecklistReporter:
    def render(checklist: Checklist, view: View) -> str:
        reporter = cast("ChecklistReporter", import_module(f".{name}", __name__).render)
        return reporter(checklist, view)

    return render


FORMATS: dict[str, ChecklistReporter] = {
    name: _on_first_use(name) for name in ("text", "json", "markdown", "html", "badge")
}
