"""Source as tests write it, and the nodes of it."""

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.typescript import extract

COUNTER = """\
import { Counter } from 'prom-client';
const orders = new Counter({ name: 'orders_total', help: 'Orders.', labelNames: ['plan', 'id'] });
"""


def nodes(code, kind, path="a.ts", known=None):
    """The nodes of one kind."""
    found = extract(Text.of_file(code, path), known or SourceSettings(), path)
    return [node for node in found if isinstance(node, kind)]


def labels(measurement):
    """Each label with the code that it gets."""
    return {label.name: label.chain[0].code for label in measurement.labels}
