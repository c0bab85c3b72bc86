"""
What other tools put into a query before Prometheus reads it.

Dashboard variables are part of the grammar: the lexer takes `$x`, `${x:regex}` and `[[x]]` for words whose value is not
known, so that nothing needs to be substituted and every offset stays what it is in the file.
Templates (`{{ .window }}`, `%(selector)s`) may stand for any text at all: what holds one is not judged.
"""

from __future__ import annotations

import re

VARIABLE = r"(?:\$\{[^{}]*\}|\$[A-Za-z_]\w*|\[\[\w+(?::\w+)?\]\])"
"""A Grafana variable as a regular expression (grafana.com/docs/grafana/latest/dashboards/variables)."""

_VARIABLE = re.compile(VARIABLE)

# One pattern for each tool: what it is called, and whether it unjudges a text that parses all the same.
_TEMPLATES = (
    (re.compile(r"\{\{"), "it holds a template (`{{ … }}`)"),
    (re.compile(r"\{%(?!\()"), "it holds a template (`{% … %}`)"),
)
_PLACEHOLDERS = (
    (re.compile(r"%\(\w+\)[sdfig]"), "it holds a template (`%(…)s`)"),
    (re.compile(r"<[A-Za-z][\w .-]{0,60}>"), "it holds a placeholder (`<…>`)"),
    (re.compile(r"\.\.\.|…"), "it holds a placeholder (`...`)"),
    (re.compile(r"@@\w|#\{|__\w{1,60}__(?=\s*[\])])"), "it holds a placeholder"),
)


def templated(value: str) -> bool:
    """Whether a dashboard variable stands in a word or a quoted value."""
    return ("$" in value or "[[" in value) and _VARIABLE.search(value) is not None


def holds_variables(text: str) -> bool:
    """Whether the lexer must look for dashboard variables at all."""
    return "$" in text or "[[" in text


def template(text: str) -> str | None:
    """Why a text is not judged at all; None when it is no template."""
    if "{{" not in text and "{%" not in text:
        return None
    return next((why for pattern, why in _TEMPLATES if pattern.search(text)), None)


def placeholder(text: str) -> str | None:
    """Why a text that does not parse is not judged; None when nothing in it looks like a placeholder."""
    return next((why for pattern, why in _PLACEHOLDERS if pattern.search(text)), None)
