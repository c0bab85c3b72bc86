"""`collector/bad-substitution`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import Component

_BARE = re.compile(r"(?<!\$)\$([A-Z][A-Z0-9_]+)\b")


class BadSubstitution(Rule):
    """
    Flags environment variables without braces, which collectors no longer fill in.

    **Why.**
    Since 0.107 `$HOST:4317` is not replaced: the collector connects to a host of that name, or sends the name of the
    token for the token.

    **Instead.**
    Write `${env:HOST}`, or `${env:HOST:-localhost}` with a default.
    A dollar that is meant as one is written `$$`.

    Not flagged: lower case and digits, which are groups of a regular expression.
    """

    id = "collector/bad-substitution"
    summary = "environment variable is not filled in"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        for entry in component.settings.walk():
            for text in (entry.value.text, *(element.text for element in entry.value.elements)):
                for match in _BARE.finditer(text.value) if text is not None else ():
                    if text is None:
                        continue
                    edit = text.edit(match.start(), match.end(), f"${{env:{match[1]}}}")
                    yield self.finding(
                        f"`{match[0]}` is not filled in since 0.107",
                        component.place(text, match.start(), match.end()),
                        help=f"write `${{env:{match[1]}}}`",
                        fix=Fix("name the environment", (edit,)) if edit is not None else None,
                    )

    examples = (
        Bad(
            "exporters:\n  otlp:\n    endpoint: $TEMPO_HOST:4317\n",
            at="$TEMPO_HOST",
            fixed="exporters:\n  otlp:\n    endpoint: ${env:TEMPO_HOST}:4317\n",
        ),
        Good(
            "exporters:\n  otlp:\n    endpoint: ${env:HOST}:4317\n    headers: {a: $$TEXT, b: '${TOKEN}', c: 'x$1'}\n"
        ),
    )
