"""Set-ups that write the variables of every frame of an exception into the log."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...nodes import Exposure, Language
from ..binding import How
from .arguments import passed
from .gate import Gate
from .names import Names
from .scopes import Site
from .tree import dotted_name, literal_text

TRACEBACKS = Gate(r"\bloguru\b|dict_tracebacks|ExceptionDictTransf", "loguru", "dict_tracebacks", "ExceptionDictTransf")
"""What a file with such a set-up has in it."""

_FRAMES = "the variables of every frame"
_DICT_TRACEBACKS = frozenset(
    {"structlog.processors.dict_tracebacks", "structlog.tracebacks.dict_tracebacks", "structlog.dict_tracebacks"}
)
_CONFIGURES = frozenset({"configure", "configure_once", "ProcessorFormatter"})


class Tracebacks:
    """The set-ups of a file that show too much of an exception."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._tree = names.tree

    def all(self) -> Iterator[Exposure]:
        """Every such set-up, in order."""
        for call, site in self._names.outline.calls:
            name = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted_name(call.func)
            if name == "add" and self._names.path(call.func, site) == "loguru.logger.add":
                yield from self._loguru(call)
            elif name == "ExceptionDictTransformer" and dotted_name(passed(call, 0, "show_locals")) != "False":
                yield self._exposure(call.func, "structlog", "structlog")
            elif name in _CONFIGURES:
                yield from self._structlog(call, site)

    def _loguru(self, call: cst.Call) -> Iterator[Exposure]:
        """`logger.add("app.log")`: `diagnose` is on unless it is turned off."""
        if any(arg.star for arg in call.args) or not call.args:
            return
        diagnose = passed(call, None, "diagnose")
        if diagnose is None or dotted_name(diagnose) == "True":
            # A terminal may be a developer's own, and a function may write what it likes.
            to_file = literal_text(call.args[0].value) is not None
            yield self._exposure(call.func, "logging set-up logger.add", "loguru", certain=to_file)

    def _structlog(self, call: cst.Call, site: Site) -> Iterator[Exposure]:
        """`dict_tracebacks` among the processors."""
        node = passed(call, 0, "processors")
        found = self._names.definitions(node, site) if node is not None else ()
        if len(found) == 1 and found[0].how is How.ASSIGNED and found[0].value is not None:
            node, site = found[0].value, found[0].site
        for element in node.elements if isinstance(node, cst.List | cst.Tuple) else ():
            if self._names.path(element.value, site) in _DICT_TRACEBACKS:
                yield self._exposure(element.value, "structlog", "structlog")

    def _exposure(self, node: cst.CSTNode, subject: str, library: str, *, certain: bool = True) -> Exposure:
        return Exposure(
            at=self._tree.location(node, subject),
            lines=self._tree.lines(node),
            language=Language.PYTHON,
            sink="the log of every exception",
            what=_FRAMES,
            code=self._tree.code(node),
            certain=certain,
            library=library,
            setup=True,
        )
