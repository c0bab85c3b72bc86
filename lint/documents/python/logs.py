"""Log calls: which logger, at which level, with which message, fields and exception."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

import libcst as cst

from ...finding import Location
from ...nodes import Exposure, Language, LogCall, LogField, MessageForm
from ...region import Text
from ...telemetry.identifiers import is_correlation_field
from ..binding import How
from ..in_scope import given_around, in_scope
from ..placeholders import braces, percent
from ..source import SourceSettings
from .arguments import passed
from .exceptions import Exceptions, handler_of
from .exposures import Exposures
from .loggers import LEVELS, Logger, Loggers
from .messages import form_of, rewritten
from .names import Names
from .scopes import Site
from .tree import dotted_name, literal_text, names_in

_NUMBERS = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "critical"}
_WORD = re.compile(r"[A-Za-z_]\w*")
_STRUCTURED = frozenset({"structlog", "loguru"})
_OPTIONS = frozenset({"exc_info", "stack_info", "stacklevel", "extra"})
_PLACEHOLDERS: dict[str, Callable[[str], int | None]] = {"logging": percent, "loguru": braces}
_BINDS = frozenset({"bind_contextvars", "bound_contextvars", "contextualize"})
_HELD = (How.PARAMETER, How.MANAGED)


class LogCalls:
    """The log calls of a file."""

    def __init__(self, names: Names, settings: SourceSettings) -> None:
        self._names = names
        self._tree = names.tree
        self._loggers = Loggers(names, settings.correlated_loggers)
        self._exposures = Exposures(names)
        self._exceptions = Exceptions(names)

    def all(self) -> Iterator[LogCall | Exposure]:
        """Every log call, in order, each with what it exposes."""
        self._exceptions.note_kept()
        for call, site in self._names.outline.calls:
            func = call.func
            if isinstance(func, cst.Attribute) and func.attr.value in LEVELS:
                logger = self._loggers.of(func.value, site)
                if logger is not None:
                    yield from self._call(call, func, logger, site)
                    subject = f"logger {self._tree.code(func.value)}"
                    args = (*logger.bound, *call.args)
                    yield from self._exposures.in_log(args, subject, logger.library, site)

    def _call(self, call: cst.Call, func: cst.Attribute, logger: Logger, site: Site) -> Iterator[LogCall]:
        method = func.attr.value
        level = self._level(method, call)
        if level is None:
            return
        message = passed(call, 1 if method == "log" else 0, "event" if logger.library == "structlog" else "msg")
        handler = handler_of(site)
        words = set(_WORD.findall(self._tree.code(call)))
        fields = self._fields(call, logger)
        form = form_of(message) if message is not None else MessageForm.OTHER
        region = self._tree.location(func).region
        yield LogCall(
            at=Location(self._tree.text.source, f"logger {self._tree.code(func.value)}", region),
            lines=self._tree.lines(call),
            language=Language.PYTHON,
            library=logger.library,
            logger=self._tree.code(func.value),
            level=level,
            form=form,
            message=self._tree.cut(message) if message is not None else None,
            fields=fields,
            exception=handler.name if handler is not None else None,
            handles=handler is not None,
            passes_exception=self._exceptions.passes(call, method, words)
            or logger.exception
            or (handler is not None and handler.keeps),
            passes_trace_id=logger.correlated
            or any(is_correlation_field(field.key) for field in fields)
            or any(is_correlation_field(word) for word in words),
            catches=tuple(self._tree.code(one) for one in handler.types) if handler is not None else (),
            reraises=handler is not None and handler.reraises,
            shows_exception=self._exceptions.shown(call, handler, site),
            accounted_for=self._exceptions.told_apart(handler, site),
            method=self._tree.cut(func.attr),
            arguments=self._arguments(call),
            rewritten=self._rewritten(message, call, method, logger, form),
            placeholders=self._placeholders(message, call, logger),
            values=self._values(message, call),
            in_scope=self._in_scope(call, site) if level in ("error", "critical") else (),
        )

    def _level(self, method: str, call: cst.Call) -> str | None:
        if method != "log":
            return LEVELS[method]
        if len(call.args) < 2:
            return None
        first = call.args[0].value
        if isinstance(first, cst.Integer):
            return _NUMBERS.get(first.evaluated_value, "info")
        text = literal_text(first) or dotted_name(first).rpartition(".")[2]
        return LEVELS.get(text.lower(), "info") or "info"

    def _fields(self, call: cst.Call, logger: Logger) -> tuple[LogField, ...]:
        pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]] = []
        for index, arg in enumerate((*logger.bound, *call.args), -len(logger.bound)):
            message = self._tree.code(call.args[0].value) if index > 0 else ""
            if index > 0 and arg.keyword is None and (logger.library == "logging" or "%" in message):
                # `log.info("%(size)s of %s", {"size": size})` makes a message of it, and no field.
                continue
            if arg.keyword is None or arg.keyword.value == "extra":
                pairs += _literal_pairs(arg.value)
            elif logger.library in _STRUCTURED and arg.keyword.value not in _OPTIONS:
                pairs.append((arg.keyword, arg.value))
        return tuple(self._field(key, value) for key, value in pairs)

    def _field(self, key: cst.BaseExpression, value: cst.BaseExpression) -> LogField:
        start, end = self._tree.offsets(key)
        if isinstance(key, cst.SimpleString):
            start, end = start + len(key.prefix) + len(key.quote), end - len(key.quote)
        spelt = self._tree.text.cut(start, end)
        name = spelt if not isinstance(key, cst.ConcatenatedString) else None
        return LogField(literal_text(key) or spelt.value, self._tree.code(value), self._tree.location(value), name=name)

    def _placeholders(self, message: cst.BaseExpression | None, call: cst.Call, logger: Logger) -> int | None:
        text = literal_text(message)
        count = _PLACEHOLDERS.get(logger.library)
        # loguru formats nothing where nothing is passed, and puts fields of any name into a message.
        if text is None or count is None or (logger.library == "loguru" and any(arg.keyword for arg in call.args)):
            return None
        return count(text)

    def _values(self, message: cst.BaseExpression | None, call: cst.Call) -> tuple[Text, ...] | None:
        """The arguments after the message; None where a mapping or a star may hold any number."""
        values = [arg for arg in call.args if arg.keyword is None]
        first = next((index for index, arg in enumerate(values) if arg.value is message), None)
        if first is None or any(arg.star for arg in call.args):
            return None
        rest = values[first + 1 :]
        return (
            None
            if any(isinstance(arg.value, cst.Dict) for arg in rest)
            else tuple(self._tree.cut(arg.value) for arg in rest)
        )

    def _in_scope(self, call: cst.Call, site: Site) -> tuple[str, ...]:
        """What the functions around a call have at hand, without what the file binds to the context of each record."""
        functions = [scope for scope in site.scope.chain() if scope.kind == "function"]
        if not functions:
            return ()
        parameters = [
            one.name for scope in functions for found in scope.definitions.values() for one in found if one.how in _HELD
        ]
        begin, _ = self._tree.offsets(functions[-1].node)
        until, _ = self._tree.offsets(call)
        code = self._tree.code(functions[-1].node)
        names = in_scope(code, until - begin, parameters)
        given = [name.value for arg in call.args for name in names_in(arg.value)]
        before = code[: until - begin]
        logged = self._bound.union(_words_of(given, before), given_around(before), self._made_with(call, site))
        return tuple(name for name in names if name.rpartition(".")[2] not in logged)

    def _made_with(self, call: cst.Call, site: Site) -> Iterator[str]:
        """The words of what made the logger of a call: `log = annotated(self.log, event_id)` may bind them."""
        logger = call.func.value if isinstance(call.func, cst.Attribute) else None
        for one in self._names.definitions(logger, site) if isinstance(logger, cst.Name) else ():
            if isinstance(one.value, cst.Call):
                yield from _WORD.findall(self._tree.code(one.value))

    @cached_property
    def _bound(self) -> frozenset[str]:
        """The fields that the file binds to the context of each record: `bind_contextvars(user_id=…)`."""
        return frozenset(
            arg.keyword.value
            for call, _ in self._names.outline.calls
            if isinstance(call.func, cst.Attribute | cst.Name) and dotted_name(call.func).rpartition(".")[2] in _BINDS
            for arg in call.args
            if arg.keyword is not None
        )

    def _arguments(self, call: cst.Call) -> Text:
        _, end = self._tree.offsets(call)
        _, start = self._tree.offsets(call.func)
        start = self._tree.text.value.index("(", start) + 1
        return self._tree.text.cut(start, end - 1 - len(call.rpar))

    def _rewritten(
        self, message: cst.BaseExpression | None, call: cst.Call, method: str, logger: Logger, form: MessageForm
    ) -> str | None:
        """Only where the message is the one argument that placeholders can refer to."""
        if message is None or form in (MessageForm.CONSTANT, MessageForm.OTHER):
            return None
        first = 1 if method == "log" else 0
        if any(arg.keyword is None for arg in call.args[first + 1 :]) or call.args[first].value is not message:
            return None
        # loguru takes keyword arguments for its placeholders, `extra=` included.
        if logger.library == "loguru" and any(arg.keyword is not None for arg in call.args):
            return None
        return rewritten(message, logger.library, self._tree)


def _words_of(names: list[str], code: str) -> frozenset[str]:
    """
    The words of what was made for a call before it: `facts = {"user_id": user_id}`.

    By the text, for statements that neither log nor measure are not parsed.
    """
    found: set[str] = set()
    for name in names:
        for match in re.finditer(
            rf"^([ \t]*){re.escape(name)}[ \t]*(?::[^=\n]+)?=(?!=)(.*(?:\n\1[ \t)\]}}].*)*)", code, re.MULTILINE
        ):
            found.update(_WORD.findall(match[2]))
    return frozenset(found)


def _literal_pairs(node: cst.BaseExpression) -> list[tuple[cst.BaseExpression, cst.BaseExpression]]:
    if not isinstance(node, cst.Dict):
        return []
    entries = [element for element in node.elements if isinstance(element, cst.DictElement)]
    return [(element.key, element.value) for element in entries if literal_text(element.key) is not None]
