"""What the options of an instrument say: its labels, its buckets, its help and its unit."""

from __future__ import annotations

import re

from ...nodes import Api
from ...region import Text
from ..metering import METER_BUCKETS
from .declarations import Declared
from .names import Names
from .scopes import Site
from .tree import Node, arguments_of, elements_of, first_of, literal_text, pairs_of, unwrap
from .values import Values

_DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_DEPTH = 8


class Options:
    """The options of one declaration."""

    def __init__(self, names: Names, values: Values, declared: Declared) -> None:
        self._names = names
        self._values = values
        self._source = names.source
        self._declared = declared
        self._site = declared.site
        literal = names.literal(declared.options, declared.site) if declared.options is not None else None
        self._pairs = self._read(literal)
        self.is_open = declared.options is not None and (literal is None or _has_spread(literal))
        """Whether they may say more than can be read."""

    def _read(self, literal: Node | None) -> dict[str, Node]:
        if self._declared.options is None:
            args = arguments_of(self._declared.call)
            positional = dict(zip(("name", "help", "labelNames"), args, strict=False))
            return positional if self._declared.api is Api.PROMETHEUS and len(args) > 1 else {}
        own = pairs_of(literal, self._source) if literal is not None else {}
        whole = self._declared.definition
        return {**pairs_of(whole, self._source), **own} if whole is not None else own

    def __contains__(self, key: str) -> bool:
        return key in self._pairs

    def text(self, *keys: str) -> str | None:
        """The text under one of several keys."""
        node = next((self._pairs[key] for key in keys if key in self._pairs), self._hidden)
        if node is None:
            return None
        only = self._values.of(node, self._site).only
        # A text that cannot be read is still a text: only its absence is a fact.
        return only if only is not None else self._source.code(node)

    @property
    def _hidden(self) -> Node | None:
        """What is spread into the options, or cannot be followed, and may say anything."""
        if self._declared.api is Api.PROMETHEUS and not self._pairs:
            return arguments_of(self._declared.call)[0]
        return self._declared.options if self.is_open else None

    def labels(self) -> tuple[Text, ...] | None:
        """The names of the labels that are declared; None where they cannot be read, or need no declaring."""
        if self._declared.api is not Api.PROMETHEUS or not self._pairs or self.is_open:
            return None
        node = self._pairs.get("labelNames")
        return () if node is None else self._label_names(node, self._site)

    def _label_names(self, node: Node, site: Site, depth: int = 0) -> tuple[Text, ...] | None:
        made = self._names.origin(node, site)
        if made is None or made[0].type != "array" or depth > _DEPTH or self._grows(node):
            return None
        names: list[Text] = []
        for element in elements_of(made[0]):
            inner = first_of(element) if element.type == "spread_element" else None
            if inner is not None:
                more = self._label_names(inner, made[1], depth + 1)
            else:
                text = self._string(element)
                more = (text,) if text is not None else None
            if more is None:
                return None
            names += more
        return tuple(names)

    def _grows(self, node: Node) -> bool:
        """Whether an array is not all that its literal says: `names.push('tenant')`."""
        name = self._source.code(unwrap(node))
        return (
            node.type != "array"
            and re.search(rf"(?<![\w.]){re.escape(name)}\.(?:push|unshift|splice)\(", self._source.text.value)
            is not None
        )

    def _string(self, node: Node) -> Text | None:
        """The text between the quotes of a literal."""
        value = literal_text(node, self._source)
        if value is None:
            return None
        start, end = self._source.offsets(unwrap(node))
        return self._source.text.cut(start + 1, end - 1) if end - start == len(value) + 2 else None

    def buckets(self) -> tuple[float, ...] | None:
        """The bounds of a histogram's buckets; None for other kinds, and where they cannot be read."""
        if self._declared.kind != "histogram":
            return None
        of_meter = self._declared.api is Api.OPENTELEMETRY
        if ("advice" if of_meter else "buckets") not in self._pairs:
            if self.is_open or not (of_meter or self._pairs):
                return None
            return METER_BUCKETS if of_meter else _DEFAULT_BUCKETS
        return self._numbers(self._advised() if of_meter else self._pairs["buckets"])

    def _advised(self) -> Node | None:
        advice = self._names.literal(self._pairs["advice"], self._site)
        return pairs_of(advice, self._source).get("explicitBucketBoundaries") if advice is not None else None

    def _numbers(self, node: Node | None) -> tuple[float, ...] | None:
        made = self._names.origin(node, self._site)
        if made is None or made[0].type != "array":
            return None
        try:
            return tuple(float(self._source.code(one).replace("_", "")) for one in elements_of(made[0]))
        except ValueError:
            return None


def _has_spread(literal: Node) -> bool:
    return any(one.type == "spread_element" for one in literal.named_children)
