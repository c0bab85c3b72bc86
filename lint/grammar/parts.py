"""The parts of a query that are no expressions themselves. Each knows its place in the text: `text[start:end]`."""

from __future__ import annotations

from ..record import Record
from .variables import templated


class Word(Record):
    """A name, a label, an operator, a keyword or a quoted value: what it means, and where it is spelt."""

    value: str
    start: int
    end: int

    @property
    def templated(self) -> bool:
        """Whether a dashboard variable stands in it, so that its value is not known."""
        return templated(self.value)


class Duration(Record):
    """A length of time: a literal such as `5m`, or arithmetic of them."""

    start: int
    end: int
    spelling: str
    seconds: float | None
    """None where the query's step or range, or a dashboard variable, decides."""

    computed: bool
    """Whether it is more than a literal with its sign: what the server must be told to accept."""


class Matcher(Record):
    """One condition on a label, as in `job="api"`."""

    label: Word
    op: Word
    value: Word
    """Without its quotes; the place is with them."""

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.label.start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.value.end


class Clause(Record):
    """A keyword with labels: `by`, `without`, `on`, `ignoring`, `group_left`, `group_right`."""

    keyword: Word
    labels: tuple[Word, ...]
    end: int

    @property
    def start(self) -> int:
        """Where the keyword begins."""
        return self.keyword.start

    @property
    def kind(self) -> str:
        """The keyword in lower case."""
        return self.keyword.value

    @property
    def names(self) -> frozenset[str]:
        """The labels, by name."""
        return frozenset(label.value for label in self.labels)

    @property
    def templated(self) -> bool:
        """Whether a dashboard variable stands for labels."""
        return any(label.templated for label in self.labels)


class Problem(Record):
    """Why an expression is none, and the part of the text to blame."""

    message: str
    start: int
    end: int
    help: str | None = None
