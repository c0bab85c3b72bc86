"""Which expressions are loggers, of which library, and what is bound to them."""

from __future__ import annotations

import re

import libcst as cst

from ...record import Record
from ..binding import How
from .arguments import passed
from .names import Names
from .scopes import Definition, Site
from .tree import dotted_name

LEVELS = {
    "debug": "debug",
    "trace": "debug",
    "info": "info",
    "success": "info",
    "warning": "warning",
    "warn": "warning",
    "error": "error",
    "exception": "error",
    "critical": "critical",
    "fatal": "critical",
    "log": "",
}
"""Methods of a logger that write, and at which level; `log` is told."""

_MAKERS = {
    "logging.getLogger": "logging",
    "logging.Logger": "logging",
    "logging.LoggerAdapter": "logging",
    "celery.utils.log.get_task_logger": "logging",
    "celery.utils.log.get_logger": "logging",
    "structlog.get_logger": "structlog",
    "structlog.getLogger": "structlog",
    "structlog.stdlib.get_logger": "structlog",
    "structlog.stdlib.BoundLogger": "structlog",
    "structlog.wrap_logger": "structlog",
}
_OBJECTS = {"logging": "logging", "loguru.logger": "loguru", "flask.current_app.logger": "logging"}
_TYPES = {"logging.Logger": "logging", "loguru.Logger": "loguru", "structlog.stdlib.BoundLogger": "structlog"}
# Methods of a logger that return a logger.
_DERIVES = frozenset({"bind", "new", "unbind", "try_unbind", "opt", "patch", "getChild", "with_fields"})
_NAME = re.compile(r"_*(?:\w+_?)?log(?:ger|ging)?_*", re.IGNORECASE)
# Libraries in which `log` is a logarithm.
_MATHS = frozenset({"math", "numpy", "cmath", "torch", "jax", "np", "tensorflow"})
_DEPTH = 8


class Logger(Record):
    """What a call logs to. The library is `unknown` for what is only named like a logger."""

    library: str
    bound: tuple[cst.Arg, ...] = ()
    exception: bool = False
    """Whether it was told to write the current exception, as loguru's `opt(exception=True)` does."""

    correlated: bool = False


class Loggers:
    """The loggers of a file."""

    def __init__(self, names: Names, correlated: tuple[str, ...]) -> None:
        self._names = names
        self._correlated = frozenset(correlated)

    def of(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> Logger | None:
        """The logger that an expression is; None for other objects."""
        if depth > _DEPTH:
            return None
        if isinstance(node, cst.Call):
            return self._made(node, site, depth)
        path = self._names.path(node, site)
        if path in _OBJECTS:
            return Logger(_OBJECTS[path])
        known = (self._defined(one, depth) for one in self._names.definitions(node, site))
        first = next((one for one in known if one is not None), None)
        if first is not None:
            return first
        spelt = dotted_name(node).rpartition(".")[2]
        is_module = path is not None and path.partition(".")[0] in _MATHS
        return Logger("unknown") if _NAME.fullmatch(spelt) and not is_module else None

    def _made(self, call: cst.Call, site: Site, depth: int) -> Logger | None:
        """`logging.getLogger(…)`, `logger.bind(…)`, `self.logger().info`."""
        path = self._names.path(call.func, site)
        if path in _MAKERS:
            return Logger(_MAKERS[path], tuple(call.args) if path == "logging.LoggerAdapter" else ())
        if path is not None and path.lstrip(".") in self._correlated:
            return Logger("unknown", correlated=True)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in _DERIVES:
            inner = self.of(call.func.value, site, depth + 1)
            if inner is None:
                return None
            with_exception = inner.exception or passed(call, None, "exception") is not None
            return Logger(inner.library, (*inner.bound, *call.args), with_exception, inner.correlated)
        spelt = dotted_name(call.func).rpartition(".")[2]
        return Logger("unknown") if _NAME.fullmatch(spelt) and spelt != "log" else None

    def _defined(self, one: Definition, depth: int) -> Logger | None:
        if one.annotation is not None:
            path = self._names.path(one.annotation, one.site)
            if path in _TYPES:
                return Logger(_TYPES[path])
        if one.how is How.ASSIGNED and one.value is not None and not one.path:
            return self.of(one.value, one.site, depth + 1)
        return None
