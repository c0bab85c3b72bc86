"""Which expressions are loggers, of which library."""

from __future__ import annotations

import re

from ...record import Record
from ..binding import How
from .names import Names
from .scopes import Site
from .tree import Node, arguments_of, member_name, unwrap

LEVELS = {
    "trace": "debug",
    "silly": "debug",
    "verbose": "debug",
    "debug": "debug",
    "info": "info",
    "http": "info",
    "notice": "info",
    "log": "info",
    "warn": "warning",
    "warning": "warning",
    "error": "error",
    "fatal": "critical",
    "crit": "critical",
    "emerg": "critical",
    "alert": "critical",
}
"""Methods of a logger that write, and at which level."""

MAKERS = {
    "pino": "pino",
    "pino.pino": "pino",
    "pino.default": "pino",
    "winston.createLogger": "winston",
    "winston.loggers.get": "winston",
    "winston.loggers.add": "winston",
    "bunyan.createLogger": "bunyan",
    "log4js.getLogger": "log4js",
    "loglevel.getLogger": "loglevel",
    "consola.createConsola": "consola",
}
"""Functions that make a logger."""

CLASSES = {
    "@nestjs/common.Logger": "nestjs",
    "@nestjs/common.ConsoleLogger": "nestjs",
    "tslog.Logger": "tslog",
    "@aws-lambda-powertools/logger.Logger": "powertools",
    "bunyan": "bunyan",
}
_OBJECTS = {"winston": "winston", "loglevel": "loglevel", "consola": "consola", "winston.default": "winston"}
_TYPES = {
    "pino.Logger": "pino",
    "pino.BaseLogger": "pino",
    "fastify.FastifyBaseLogger": "pino",
    "fastify.FastifyLoggerInstance": "pino",
    "nestjs-pino.PinoLogger": "pino",
    "nestjs-pino.Logger": "nestjs",
    "winston.Logger": "winston",
    "@nestjs/common.Logger": "nestjs",
    "@nestjs/common.LoggerService": "nestjs",
    "bunyan": "bunyan",
}
_LOGGER_NAME = re.compile(r"[_#]*(?:\w+_?)?log(?:ger)?", re.IGNORECASE)
_NO_LOGGER = re.compile(r"(?:change|back|cata|b|dia|ana|web|weblog|event|audit|activity|access)_?log$", re.IGNORECASE)
_FASTIFY_HOLDERS = re.compile(r"^(?:this\.)?_?(?:req|request|reply|rep|app|fastify|server|instance)$")
_DEPTH = 8


class Logger(Record):
    """What a call logs to. The library is `unknown` for what is only named like a logger."""

    library: str
    bound: tuple[Node, ...] = ()
    """What `child` was given on the way."""


class Loggers:
    """The loggers of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source

    def of(self, node: Node, site: Site, depth: int = 0) -> Logger | None:
        """The logger that an expression is; None for other objects."""
        node = unwrap(node)
        if depth > _DEPTH:
            return None
        if node.type in ("call_expression", "new_expression"):
            return self._made(node, site, depth)
        spelt = self._source.code(node)
        if spelt == "console":
            return Logger("console")
        path = self._names.path(node, site)
        if path is not None and path in _OBJECTS:
            return Logger(_OBJECTS[path])
        known = self._defined(node, site, depth)
        return known if known is not None else self._named(node, spelt, path)

    def _made(self, call: Node, site: Site, depth: int) -> Logger | None:
        """`pino(…)`, `winston.createLogger(…)`, `logger.child({…})`, `getLogger('x')`."""
        path = self._names.called(call, site) or ""
        table = CLASSES if call.type == "new_expression" else MAKERS
        if path in table:
            return Logger(table[path])
        function = call.child_by_field_name("function")
        if function is None:
            return None
        name, holder = member_name(function, self._source), function.child_by_field_name("object")
        if name in ("child", "withContext", "withTag") and holder is not None:
            inner = self.of(holder, site, depth + 1)
            return Logger(inner.library, (*inner.bound, *arguments_of(call)[:1])) if inner is not None else None
        spelt = name or self._source.code(function)
        return Logger("unknown") if re.fullmatch(r"(?:get|create|make|use)\w*Logger", spelt) else None

    def _defined(self, node: Node, site: Site, depth: int) -> Logger | None:
        for one in self._names.definitions(node, site):
            if one.annotation is not None:
                spelt = self._source.code(one.annotation).lstrip(": ").partition("<")[0]
                root, _, rest = spelt.partition(".")
                target = self._names.imports.get(root, "")
                path = f"{target}.{rest}" if rest else target
                if path in _TYPES:
                    return Logger(_TYPES[path])
            if one.how is How.ASSIGNED and one.value is not None and not one.path:
                inner = self.of(one.value, one.site, depth + 1)
                if inner is not None:
                    return inner
        return None

    def _named(self, node: Node, spelt: str, path: str | None) -> Logger | None:
        name = member_name(node, self._source) or spelt
        if not _LOGGER_NAME.fullmatch(name) or _NO_LOGGER.search(name) or (path or "").startswith(("d3", "mathjs")):
            return None
        holder = node.child_by_field_name("object")
        if name == "log" and holder is not None:
            held = self._source.code(holder).replace("?", "")
            if held in ("Math", "console"):
                return None
            if _FASTIFY_HOLDERS.match(held) and self._names.uses("fastify"):
                return Logger("pino")
        return Logger("unknown")
