"""Reporters: a settled report in, a rendering out. One file a format."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ..lint import Report
from .compare import CompareError, Previous, changes, load
from .view import Reporter, View

__all__ = ["FORMATS", "CompareError", "Previous", "Reporter", "View", "changes", "load"]


def _on_first_use(name: str) -> Reporter:
    """The reporter of that module, imported when it first renders: most runs need one, and few need rich."""

    def render(report: Report, view: View) -> str:
        reporter = cast("Reporter", import_module(f".{name}", __name__).render)
        return reporter(report, view)

    return render


FORMATS: dict[str, Reporter] = {
    name: _on_first_use(name) for name in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
}
