"""Which labels a call that measures passes, in each of the ways in which libraries take them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from ..labels import INCOMPLETE, NOTHING, merge
from .mappings import Mappings, Pair, Pairs
from .scopes import Site
from .use import Passing, Use


class Passed:
    """Reads the labels of calls that measure."""

    def __init__(self, mappings: Mappings) -> None:
        self._mappings = mappings

    def labels(self, use: Use, site: Site) -> Pairs:
        """The labels that a call passes, at its place or in a call that is followed."""
        return _READERS[use.passing](self, use, site)

    def _of_labels(self, use: Use, site: Site) -> Pairs:
        by_place = [(arg.value, arg.star) for arg in use.arguments if arg.keyword is None and arg.star != "**"]
        by_name = [arg for arg in use.arguments if arg.keyword is not None or arg.star == "**"]
        return merge((self._in_order(by_place, use, site), self._mappings.of_arguments(by_name, site)))

    def _of_values(self, use: Use, site: Site) -> Pairs:
        node = use.arguments[0].value
        if not isinstance(node, cst.List | cst.Tuple):
            return INCOMPLETE
        values = [(one.value, "*" if isinstance(one, cst.StarredElement) else "") for one in node.elements]
        return self._in_order(values, use, site)

    def _in_order(self, values: Sequence[tuple[cst.BaseExpression, str]], use: Use, site: Site) -> Pairs:
        """Values that get their names from the order in which the instrument declares its labels."""
        if any(star for _, star in values):
            return INCOMPLETE
        declared = use.instrument.labels if use.instrument is not None else None
        names = [*(text.value for text in declared or ()), *([None] * len(values))]
        return Pairs(tuple(Pair(name, value, site) for name, (value, _) in zip(names, values, strict=False)))

    def _of_attributes(self, use: Use, site: Site) -> Pairs:
        return self._mappings.of(use.arguments[0].value, site) if use.arguments else NOTHING

    def _of_defaults(self, use: Use, site: Site) -> Pairs:
        """Ray's tags, to which those of `set_default_tags` are added."""
        return merge((self._of_attributes(use, site), INCOMPLETE))

    def _of_tags(self, use: Use, site: Site) -> Pairs:
        return self._mappings.of_tags(use.arguments[0].value, site) if use.arguments else NOTHING

    def _of_value(self, use: Use, site: Site) -> Pairs:
        arg = use.arguments[0]
        return Pairs((Pair(arg.keyword.value if arg.keyword else None, arg.value, site),), complete=False)


_READERS: dict[Passing, Callable[[Passed, Use, Site], Pairs]] = {
    "labels": Passed._of_labels,
    "values": Passed._of_values,
    "attributes": Passed._of_attributes,
    "defaults": Passed._of_defaults,
    "tags": Passed._of_tags,
    "value": Passed._of_value,
}
