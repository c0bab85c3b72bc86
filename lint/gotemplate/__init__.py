"""
Templates of labels and annotations: Go's text/template as Prometheus expands it.

`parse` gives a `Template` that says which labels it reads, whether it prints the alert's value and what it
queries, or the `TemplateProblem` that keeps Prometheus from reading it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..record import Record
from .parser import Parser
from .problem import Refusal, TemplateProblem
from .reading import Reading
from .reads import LabelRead, QueryRead, ValueRead
from .tree import Node, Prose

__all__ = ["LabelRead", "QueryRead", "Template", "TemplateProblem", "ValueRead", "parse"]

MAX_LENGTH = 1 << 20
"""Characters that are read: Alertmanager would not take more."""


class Template(Record):
    """A template that Prometheus can parse. Offsets count the characters of its text."""

    nodes: tuple[Node, ...]
    _labels: tuple[LabelRead, ...]
    _values: tuple[ValueRead, ...]
    _queries: tuple[QueryRead, ...]
    _problems: tuple[TemplateProblem, ...]

    def labels_read(self) -> tuple[LabelRead, ...]:
        """Every label of the alert that it reads by name, inside `if` and `range` too."""
        return self._labels

    def reads_value(self) -> tuple[ValueRead, ...]:
        """The places that print the alert's value; one that only decides an `if` is not among them."""
        return self._values

    def queries(self) -> tuple[QueryRead, ...]:
        """The queries that it runs, where they are constant but for the verbs of a `printf`."""
        return self._queries

    def problems(self) -> tuple[TemplateProblem, ...]:
        """What parses and then fails, or prints garbage, when Prometheus expands it."""
        return self._problems

    def prose(self) -> Iterator[Prose]:
        """The constant texts of the top level."""
        return (node for node in self.nodes if isinstance(node, Prose))


@lru_cache(maxsize=2048)
def parse(text: str, functions: frozenset[str] = frozenset()) -> Template | TemplateProblem:
    """Reads a label's or annotation's template; `functions` are known besides Prometheus' own."""
    if "{{" not in text:
        return Template((Prose(0, len(text), text),) if text else (), (), (), (), ())
    if len(text) > MAX_LENGTH:
        return TemplateProblem("template is longer than a megabyte", 0, 2, doubt="size")
    try:
        parser = Parser(text, functions)
        nodes = parser.template()
    except Refusal as refusal:
        return refusal.problem
    reading = Reading(nodes, frozenset(parser.assigned))
    return Template(
        nodes, tuple(reading.labels), tuple(reading.values), tuple(reading.queries), tuple(reading.problems)
    )
