"""What a log call says: at which level, in which words, with which objects beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...nodes import LogField, MessageForm
from ...record import Record
from ...region import Text
from ..placeholders import util
from .exceptions import is_called_error
from .loggers import LEVELS
from .names import Names
from .scopes import Site
from .tree import Node, arguments_of, elements_of, key_text, literal_text, unwrap

# Where an object may come first, and is lost when it comes second.
_OBJECT_FIRST = frozenset({"pino", "unknown"})
_TEXTS = (MessageForm.CONSTANT, MessageForm.TEMPLATE, MessageForm.CONCATENATION)


class Said(Record, eq=False):
    """The parts of a log call."""

    level: str
    message: Node | None = None
    objects: tuple[Node, ...] = ()
    """What is passed beside the message and does not become a part of its text."""


class Messages:
    """The messages of a file's log calls."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source

    def of(self, call: Node, method: str, library: str, site: Site) -> Said:
        """The level, the message and the objects of a call."""
        level, args = LEVELS[method], arguments_of(call)
        if method == "log" and library == "winston" and args:
            return self._of_winston(args)
        if not args:
            return Said(level)
        if not self._is_object(args[0], site):
            return Said(level, args[0], tuple(self._beside(args[0], args[1:])))
        if len(args) > 1:
            return Said(level, args[1], (args[0], *self._beside(args[1], args[2:])))
        return Said(level, None, tuple(args))

    def _of_winston(self, args: list[Node]) -> Said:
        """`logger.log('info', 'created', {…})`, `logger.log({ level: 'info', message: 'created' })`."""
        first = unwrap(args[0])
        if first.type == "object":
            return Said(LEVELS["log"], None, tuple(args[:1]))
        level = LEVELS.get(literal_text(first, self._source) or "", LEVELS["log"])
        return Said(level, args[1] if len(args) > 1 else None, tuple(args[2:]))

    def _beside(self, message: Node, values: list[Node]) -> list[Node]:
        """What comes after a message and does not become a part of its text: `debug('search %j', query)`."""
        return values[util(self._source.code(message)) :] if self.form(message) in _TEXTS else values

    def _is_object(self, node: Node, site: Site) -> bool:
        made = self._names.origin(node, site)
        if made is not None and made[0].type == "object":
            return True
        plain = unwrap(node)
        return plain.type == "identifier" and is_called_error(self._source.code(plain))

    def form(self, message: Node | None) -> MessageForm:
        """How a message is put together."""
        if message is None:
            return MessageForm.OTHER
        node = unwrap(message)
        if literal_text(node, self._source) is not None:
            return MessageForm.CONSTANT
        if node.type == "template_string":
            return MessageForm.TEMPLATE
        sign = node.child_by_field_name("operator") if node.type == "binary_expression" else None
        if sign is None or sign.type != "+":
            return MessageForm.OTHER
        texts = _summands(node)
        if not any(one.type in ("string", "template_string") for one in texts):
            return MessageForm.OTHER
        plain = all(literal_text(one, self._source) is not None for one in texts)
        return MessageForm.CONSTANT if plain else MessageForm.CONCATENATION

    def placeholders(self, message: Node | None, library: str) -> int | None:
        """How many values a message has a place for, in pino and what may be it; other libraries drop nothing."""
        if message is None or library not in _OBJECT_FIRST:
            return None
        return util(self._source.code(message)) if self.form(message) in _TEXTS else None

    def values(self, call: Node, message: Node | None) -> tuple[Text, ...] | None:
        """What is passed after a message; None where a spread may hold any number."""
        args = arguments_of(call)
        if message is None or any(one.type == "spread_element" for one in args):
            return None
        after = next(index for index, one in enumerate(args) if one.id == message.id) + 1
        return tuple(self._source.cut(one) for one in args[after:])

    def fields(self, objects: Iterable[Node], site: Site) -> Iterator[LogField]:
        """The fields of objects that are literals, or are made of one."""
        for node in objects:
            made = self._names.origin(node, site)
            for child in elements_of(made[0]) if made is not None and made[0].type == "object" else ():
                field = self._field(child)
                if field is not None:
                    yield field

    def _field(self, child: Node) -> LogField | None:
        if child.type == "shorthand_property_identifier":
            name = self._source.code(child)
            return LogField(name, name, self._source.location(child), name=self._source.cut(child), shorthand=True)
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type != "pair" or key is None or value is None or key.type == "computed_property_name":
            return None
        spelt = self._source.cut(key)
        spelt = spelt.cut(1, len(spelt.value) - 1) if spelt.value[0] in "'\"" else spelt
        at = self._source.location(value)
        return LogField(key_text(key, self._source), self._source.code(value), at, name=spelt)


def _summands(node: Node) -> list[Node]:
    """`a`, `b` and `c` of `a + b + c`."""
    parts: list[Node] = []
    while node.type == "binary_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            break
        parts.insert(0, unwrap(right))
        node = unwrap(left)
    return [node, *parts]
