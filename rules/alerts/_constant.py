"""Values that are what they look like, told from those that a templating tool fills in later."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...lint.nodes import Field

# Prometheus' own templates and Helm's, Jinja's blocks, environment variables, and Jsonnet's or Python's `%` formats.
_TEMPLATED = re.compile(r"\{\{|\{%|\$\{|\$\(|%\(|<<|^\$[A-Za-z_]")

# A template of templates: Jinja, or Helm before its own expansion. What Prometheus will see is not written here.
_FOREIGN = re.compile(r"\{%|\{\{-?\s*['\"`]\{\{|\{\{[^}]{0,80}(?:\.(?:Values|Release|Chart)\b|\b(?:include|tpl)\b)")


def templated(value: str) -> bool:
    """Whether something else than the file decides what the value is."""
    return _TEMPLATED.search(value) is not None


def foreign(template: str) -> bool:
    """Whether another tool fills in a template before Prometheus reads it."""
    return _FOREIGN.search(template) is not None


def has_value(fields: Mapping[str, Field], name: str) -> bool:
    """Whether a field is there and not empty: an empty label or annotation is none."""
    field = fields.get(name)
    return field is not None and bool(field.value.value.strip())


def alike(fields: Mapping[str, Field], name: str) -> Field | None:
    """A field whose name differs from the wanted one only in case and separators."""
    wanted = _bare(name)
    return next((field for key, field in fields.items() if key != name and _bare(key) == wanted), None)


def _bare(name: str) -> str:
    return re.sub(r"[_.\- ]", "", name).lower()
