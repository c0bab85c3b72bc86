"""Source as tests write it, and the nodes of it."""

from typing import TypeVar

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract
from obsaudit.lint.nodes import Measurement, Node

N = TypeVar("N", bound=Node)


def nodes(code: str, kind: type[N], wanted: SourceSettings | None = None) -> list[N]:
    """The nodes of one kind."""
    found = extract(Text.of_file(code, "a.py"), wanted or SourceSettings())
    return [node for node in found if isinstance(node, kind)]


def labels(measurement: Measurement) -> dict[str | None, str]:
    """Each label with the code that it gets."""
    return {label.name: label.chain[0].code for label in measurement.labels}
