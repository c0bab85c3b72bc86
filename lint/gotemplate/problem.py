"""What is wrong with a template."""

from __future__ import annotations

from typing import Literal

from ..record import Record

Doubt = Literal["dialect", "size"]


class TemplateProblem(Record):
    """
    What is wrong with a template, and where: `text[start:end]`.

    `doubt` says why it may be none: VictoriaMetrics' vmalert knows the name that Prometheus does not
    (`dialect`), or the template is beyond what this parser reads (`size`).
    """

    message: str
    start: int
    end: int
    help: str | None = None
    doubt: Doubt | None = None


class Refusal(Exception):  # noqa: N818 - it refuses a text, the program has no error
    """Carries a problem out of the lexer and the parser."""

    def __init__(self, message: str, start: int, end: int, help: str | None = None, doubt: Doubt | None = None) -> None:
        super().__init__(message)
        self.problem = TemplateProblem(message, start, end, help, doubt)
