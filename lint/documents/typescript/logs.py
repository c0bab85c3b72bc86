"""Log calls: to which logger, at which level, with which message, fields and exception."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...identifiers import is_correlation_field
from ...nodes import Exposure, Language, LogCall, LogField, MessageForm
from ...record import Record
from ...region import Text
from ..in_scope import in_scope
from ..placeholders import util
from .exposures import Exposures
from .loggers import Logger, Loggers
from .names import Names
from .scopes import How, Site, bindings
from .tree import FUNCTIONS, Node, arguments_of, elements_of, key_text, literal_text, member_name, unwrap

_LEVELS = {
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
# Where an object may come first, and is lost when it comes second.
_OBJECT_FIRST = frozenset({"pino", "unknown"})
_TEXTS = (MessageForm.CONSTANT, MessageForm.TEMPLATE, MessageForm.CONCATENATION)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_ERROR_NAME = re.compile(r"(?:^|_|[a-z])(?:e|err|error|ex|exception|cause|reason|errors?)$", re.IGNORECASE)


class _Handler(Record):
    """What catches around a call: a `catch` clause, or the function given to `.catch()`."""

    name: str | None
    node: Node
    reraises: bool


class LogCalls:
    """The log calls of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source
        self._loggers = Loggers(names)
        self._exposures = Exposures(names)

    def all(self) -> Iterator[LogCall | Exposure]:
        """Every log call, in order, each with what it exposes."""
        for call, site in self._names.outline.calls:
            function = call.child_by_field_name("function")
            if function is None or function.type != "member_expression":
                continue
            name, holder = member_name(function, self._source), function.child_by_field_name("object")
            if name not in _LEVELS or holder is None:
                continue
            logger = self._loggers.of(holder, site)
            if logger is not None:
                found = self._call(call, function, name, logger, site)
                yield found
                args = (*logger.bound, *arguments_of(call))
                yield from self._exposures.in_log(args, found.at.subject or "logger", logger.library, site)

    def _call(self, call: Node, function: Node, method: str, logger: Logger, site: Site) -> LogCall:
        args = arguments_of(call)
        level, message, objects = self._parts(method, args, logger, site)
        handler = self._handler(site)
        caught = handler.name if handler is not None else None
        words = set(_WORD.findall(self._source.code(call)))
        fields = tuple(self._fields([*logger.bound, *objects], site))
        spread = any(one.type == "spread_element" for one in args)
        holder = function.child_by_field_name("object") or function
        prop = function.child_by_field_name("property") or function
        shown = handler is not None and (self._is_shown(call, caught, site) or self._is_shown_beside(call, handler))
        return LogCall(
            at=Location(
                self._source.text.source,
                f"logger {' '.join(self._source.code(holder).split())}",
                self._source.location(function).region,
            ),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            library=logger.library,
            logger=" ".join(self._source.code(holder).split()),
            level=level,
            form=self._form(message),
            message=self._source.cut(message) if message is not None else None,
            fields=fields,
            exception=caught,
            handles=handler is not None,
            passes_exception=spread
            or self._passes_exception(args, message, caught, site)
            or (handler is not None and self._is_passed_beside(call, handler)),
            passes_trace_id=any(is_correlation_field(field.key) for field in fields)
            or any(is_correlation_field(word) for word in words),
            catches=(),
            reraises=handler is not None and handler.reraises,
            shows_exception=shown,
            method=self._source.cut(prop),
            arguments=self._arguments(call),
            placeholders=self._placeholders(message, logger),
            values=None if spread or message is None else self._values(message, args),
            in_scope=self._in_scope(call, site) if level in ("error", "critical") else (),
        )

    def _parts(self, method: str, args: list[Node], logger: Logger, site: Site) -> tuple[str, Node | None, list[Node]]:
        """The level, the message and the objects with fields of a call."""
        level = _LEVELS[method]
        if method == "log" and logger.library == "winston" and args:
            first = unwrap(args[0])
            if first.type == "object":
                return level, None, args[:1]
            named = _LEVELS.get(literal_text(first, self._source) or "", level)
            return named, args[1] if len(args) > 1 else None, args[2:]
        if not args:
            return level, None, []
        if self._is_object(args[0], site) and len(args) > 1:
            return level, args[1], [args[0], *self._beside(args[1], args[2:])]
        if self._is_object(args[0], site):
            return level, None, args
        return level, args[0], self._beside(args[0], args[1:])

    def _beside(self, message: Node, values: list[Node]) -> list[Node]:
        """What comes after a message and does not become a part of its text: `debug('search %j', query)`."""
        return values[util(self._source.code(message)) :] if self._form(message) in _TEXTS else values

    def _is_object(self, node: Node, site: Site) -> bool:
        made = self._names.origin(node, site)
        if made is not None and made[0].type == "object":
            return True
        spelt = self._source.code(unwrap(node))
        return unwrap(node).type == "identifier" and _ERROR_NAME.search(spelt) is not None

    def _fields(self, objects: list[Node], site: Site) -> Iterator[LogField]:
        for node in objects:
            made = self._names.origin(node, site)
            for child in elements_of(made[0]) if made is not None and made[0].type == "object" else ():
                if child.type == "shorthand_property_identifier":
                    name = self._source.code(child)
                    spelt = self._source.cut(child)
                    yield LogField(name, name, self._source.location(child), name=spelt, shorthand=True)
                elif child.type == "pair":
                    key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                    if key is not None and value is not None and key.type != "computed_property_name":
                        name = key_text(key, self._source)
                        spelt = self._source.cut(key)
                        spelt = spelt.cut(1, len(spelt.value) - 1) if spelt.value[0] in "'\"" else spelt
                        at = self._source.location(value)
                        yield LogField(name, self._source.code(value), at, name=spelt)

    def _placeholders(self, message: Node | None, logger: Logger) -> int | None:
        """For pino, and for what may be it; other libraries drop nothing."""
        if message is None or logger.library not in _OBJECT_FIRST:
            return None
        return util(self._source.code(message)) if self._form(message) in _TEXTS else None

    def _values(self, message: Node, args: list[Node]) -> tuple[Text, ...]:
        after = next(index for index, one in enumerate(args) if one.id == message.id) + 1
        return tuple(self._source.cut(one) for one in args[after:])

    def _in_scope(self, call: Node, site: Site) -> tuple[str, ...]:
        functions = [scope for scope in site.scope.chain() if scope.kind == "function"]
        if not functions:
            return ()
        parameters = [
            one.name
            for scope in functions
            for found in scope.definitions.values()
            for one in found
            if one.how in (How.PARAMETER, How.LOOPED)
        ]
        outer = functions[-1].node
        code = self._source.code(outer)
        until = self._source.offset(call.start_byte) - self._source.offset(outer.start_byte)
        return in_scope(code, until, parameters)

    def _form(self, message: Node | None) -> MessageForm:
        if message is None:
            return MessageForm.OTHER
        node = unwrap(message)
        if literal_text(node, self._source) is not None:
            return MessageForm.CONSTANT
        if node.type == "template_string":
            return MessageForm.TEMPLATE
        if node.type == "binary_expression":
            sign = node.child_by_field_name("operator")
            texts = self._summands(node)
            if (
                sign is not None
                and sign.type == "+"
                and any(one.type in ("string", "template_string") for one in texts)
            ):
                plain = all(literal_text(one, self._source) is not None for one in texts)
                return MessageForm.CONSTANT if plain else MessageForm.CONCATENATION
        return MessageForm.OTHER

    def _summands(self, node: Node) -> list[Node]:
        parts: list[Node] = []
        while node.type == "binary_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is None or right is None:
                break
            parts.insert(0, unwrap(right))
            node = unwrap(left)
        return [node, *parts]

    def _passes_exception(self, args: list[Node], message: Node | None, caught: str | None, site: Site) -> bool:
        """Whether the exception itself, with its stack, reaches the record."""
        if caught is not None and any(f"{caught}.stack" in self._source.code(node) for node in args):
            return True
        for node in args:
            if node is message and unwrap(node).type != "identifier":
                continue
            if self._holds_exception(node, caught, site):
                return True
        return False

    def _variables(self, node: Node) -> Iterator[str]:
        """The variables that an expression reads; members, keys and text are none."""
        if node.type in ("identifier", "shorthand_property_identifier"):
            yield self._source.code(node)
        for child in node.named_children:
            yield from self._variables(child)

    def _shows(self, word: str, caught: str, site: Site) -> bool:
        """Whether a name is the exception, or was made of it: `const message = err.message`."""
        return word == caught or self._comes_from(word, caught, site)

    def _is_shown(self, call: Node, caught: str | None, site: Site) -> bool:
        """Whether a call is given the exception, or what was made of it."""
        return caught is not None and any(
            self._shows(name, caught, site) for arg in arguments_of(call) for name in self._variables(arg)
        )

    def _is_shown_beside(self, call: Node, handler: _Handler) -> bool:
        """Whether another call of the handler logs what was made of the exception, as in a report of several lines."""
        inside = range(handler.node.start_byte, handler.node.end_byte)
        for other, site in self._names.outline.calls:
            function = other.child_by_field_name("function")
            if other.start_byte not in inside or other.id == call.id or function is None:
                continue
            if member_name(function, self._source) in _LEVELS and self._is_shown(other, handler.name, site):
                return True
        return False

    def _is_passed_beside(self, call: Node, handler: _Handler) -> bool:
        """Whether another call of the handler logs or reports the exception itself, next to this one."""
        if handler.name is None:
            return False
        own = range(call.start_byte, call.end_byte)
        code = self._source.code(handler.node)
        # `const error = toError(e)` is the exception too.
        made = re.findall(rf"\b(?:const|let|var)\s+(\w+)\s*=[^;\n]*\b{re.escape(handler.name)}\b(?!\.)", code)
        names = "|".join(map(re.escape, [handler.name, *(one for one in made if _ERROR_NAME.search(one))]))
        given = rf"\.(?:{'|'.join(_LEVELS)}|capture\w*|report\w*|notify)\([^()]*\b(?:{names})(?:\.stack)?\s*[,)}}]"
        start = self._source.offset(handler.node.start_byte)
        return any(
            start + match.start() not in range(self._source.offset(own.start), self._source.offset(own.stop))
            for match in re.finditer(given, code)
        )

    def _holds_exception(self, node: Node, caught: str | None, site: Site) -> bool:
        node = unwrap(node)
        if node.type in ("identifier", "shorthand_property_identifier"):
            name = self._source.code(node)
            return name == caught or _ERROR_NAME.search(name) is not None or self._comes_from(name, caught, site)
        if node.type == "object":
            return any(
                self._holds_exception(child.child_by_field_name("value") or child, caught, site)
                if child.type != "spread_element"
                else True
                for child in elements_of(node)
            )
        if node.type == "member_expression":
            name = member_name(node, self._source) or ""
            return name == "stack" or (name != "message" and _ERROR_NAME.search(name) is not None)
        if node.type in ("call_expression", "new_expression"):
            # `serializeError(err)`, `new WrappedError('…', { cause: err })`.
            return any(self._holds_exception(arg, caught, site) for arg in arguments_of(node))
        if node.type in ("ternary_expression", "binary_expression"):
            return any(self._holds_exception(child, caught, site) for child in elements_of(node))
        return False

    def _comes_from(self, name: str, caught: str | None, site: Site) -> bool:
        """Whether a variable was made of the exception: `const error = toError(e)`."""
        if caught is None:
            return False
        return any(
            one.how is How.ASSIGNED and one.value is not None and caught in _WORD.findall(self._source.code(one.value))
            for one in bindings(name, site)
        )

    def _handler(self, site: Site) -> _Handler | None:
        clause = next((block.handler for block in site.block.ancestors() if block.handler is not None), None)
        if clause is not None:
            parameter = clause.child_by_field_name("parameter")
            name = self._source.code(parameter) if parameter is not None and parameter.type == "identifier" else None
            return _Handler(name, clause, _throws(clause))
        function = site.scope.enclosing_function()
        callee = function.callee.child_by_field_name("function") if function and function.callee is not None else None
        if function is None or callee is None or member_name(callee, self._source) != "catch":
            return None
        first = function.parameters[0].pattern if function.parameters else None
        name = self._source.code(first) if first is not None and first.type == "identifier" else None
        return _Handler(name, function.node, _throws(function.node))

    def _arguments(self, call: Node) -> Text | None:
        node = call.child_by_field_name("arguments")
        if node is None or node.type != "arguments":
            return None
        start, end = self._source.offsets(node)
        return self._source.text.cut(start + 1, end - 1)


def _throws(node: Node) -> bool:
    """Whether a handler's own statements raise in turn."""
    todo = [node]
    while todo:
        one = todo.pop()
        if one.type == "throw_statement":
            return True
        todo += [child for child in one.named_children if child.type not in FUNCTIONS]
    return False
