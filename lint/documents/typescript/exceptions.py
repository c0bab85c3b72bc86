"""What a log call makes of the exception that is caught around it: whether the record has it, or only shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...record import Record
from ..binding import How
from .loggers import LEVELS
from .names import Names
from .scopes import Site, bindings
from .tree import FUNCTIONS, Node, arguments_of, elements_of, member_name, unwrap

_WORD = re.compile(r"[A-Za-z_$][\w$]*")
# Functions that an exception is handed to, rather than asked about: `debug(err)`, `callback(err)`.
_TAKERS = r"debug|reject|done|next|cb|callback|handle\w*|report\w*|capture\w*|on[A-Z]\w*"
_PASSED_ON = frozenset({"await_expression", "unary_expression", "parenthesized_expression"})
_MADE_OF = 3
"""How many variables may lie between an exception and what is said of it."""

_ERROR_NAME = re.compile(r"(?:^|_|[a-z])(?:e|err|error|ex|exception|cause|reason|errors?)$", re.IGNORECASE)


class Fate(Record):
    """What becomes of an exception in a log call."""

    name: str | None = None
    """The variable that holds it."""

    handled: bool = False
    """Whether something is caught around the call at all."""

    passed: bool = False
    """Whether the exception itself, with its stack, reaches the record, or another one beside it."""

    shown: bool = False
    """Whether what was made of it does, as `err.message`."""

    accounted_for: bool = False
    """Whether a condition on it leads to the call, or it is handed to a function that may log it."""

    dropped: bool = False
    """Whether the handler never reads it."""

    reraised: bool = False


class _Handler(Record):
    """What catches around a call: a `catch` clause, or the function given to `.catch()`."""

    name: str | None
    node: Node


def is_called_error(name: str) -> bool:
    """Whether a variable of that name holds an error."""
    return _ERROR_NAME.search(name) is not None


class Exceptions:
    """The exceptions that a file logs."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source
        self._read: dict[int, tuple[int, bool]] = {}

    def fate(self, call: Node, message: Node | None, site: Site) -> Fate:
        """What a log call makes of an exception."""
        handler = self._handler(site)
        name = handler.name if handler is not None else None
        passed = self._passes(call, message, name, site)
        if handler is None:
            return Fate(passed=passed)
        reads, handed_on = self._reads(handler)
        return Fate(
            name,
            handled=True,
            passed=passed or self._is_passed_beside(call, handler),
            shown=self._is_shown(call, name, site) or self._is_shown_beside(call, handler),
            accounted_for=self._is_told_apart(name, site) or handed_on,
            dropped=reads == 1,
            reraised=_throws(handler.node),
        )

    def _handler(self, site: Site) -> _Handler | None:
        clause = next((block.handler for block in site.block.ancestors() if block.handler is not None), None)
        if clause is not None:
            return _Handler(self._variable(clause.child_by_field_name("parameter")), clause)
        function = site.scope.enclosing_function()
        callee = function.callee.child_by_field_name("function") if function and function.callee is not None else None
        if function is None or callee is None or member_name(callee, self._source) != "catch":
            return None
        first = function.parameters[0].pattern if function.parameters else None
        return _Handler(self._variable(first), function.node)

    def _variable(self, node: Node | None) -> str | None:
        return self._source.code(node) if node is not None and node.type == "identifier" else None

    # Passed: the exception itself is in the record.

    def _passes(self, call: Node, message: Node | None, caught: str | None, site: Site) -> bool:
        args = arguments_of(call)
        if any(one.type == "spread_element" for one in args):
            return True
        if caught is not None and any(f"{caught}.stack" in self._source.code(one) for one in args):
            return True
        text = message.id if message is not None and unwrap(message).type != "identifier" else None
        return any(self._holds(one, caught, site) for one in args if one.id != text)

    def _holds(self, node: Node, caught: str | None, site: Site) -> bool:
        """Whether an expression is the exception, or an object that it is put into."""
        node = unwrap(node)
        match node.type:
            case "identifier" | "shorthand_property_identifier":
                name = self._source.code(node)
                return name == caught or is_called_error(name) or self._comes_from(name, caught, site)
            case "object":
                return any(
                    child.type == "spread_element"
                    or self._holds(child.child_by_field_name("value") or child, caught, site)
                    for child in elements_of(node)
                )
            case "member_expression":
                name = member_name(node, self._source) or ""
                return name == "stack" or (name != "message" and is_called_error(name))
            case "call_expression" | "new_expression":
                # `serializeError(err)`, `new WrappedError('…', { cause: err })`.
                return any(self._holds(arg, caught, site) for arg in arguments_of(node))
            case "ternary_expression" | "binary_expression":
                return any(self._holds(child, caught, site) for child in elements_of(node))
        return False

    def _is_passed_beside(self, call: Node, handler: _Handler) -> bool:
        """Whether another call of the handler logs or reports the exception itself, next to this one."""
        if handler.name is None:
            return False
        code = self._source.code(handler.node)
        # `const error = toError(e)` is the exception too.
        made = re.findall(rf"\b(?:const|let|var)\s+(\w+)\s*=[^;\n]*\b{re.escape(handler.name)}\b(?!\.)", code)
        names = "|".join(map(re.escape, [handler.name, *filter(is_called_error, made)]))
        takers = rf"\.(?:{'|'.join(LEVELS)}|capture\w*|report\w*|notify)|\b(?:{_TAKERS})"
        given = rf"(?:{takers})\([^()]*\b(?:{names})(?:\.stack)?\s*[,)}}]"
        start = self._source.offset(handler.node.start_byte)
        own = range(*self._source.offsets(call))
        return any(start + match.start() not in own for match in re.finditer(given, code))

    # Shown: something that was made of it is.

    def _is_shown(self, call: Node, caught: str | None, site: Site) -> bool:
        """Whether a call is given the exception, or what was made of it: `const message = err.message`."""
        return caught is not None and any(self._is_made_of(arg, caught, site) for arg in arguments_of(call))

    def _is_made_of(self, node: Node, caught: str, site: Site, depth: int = 0) -> bool:
        """Whether an expression reads the exception, or what was made of it by way of some variables."""
        return any(
            name == caught
            or (
                depth < _MADE_OF
                and any(
                    one.how is How.ASSIGNED
                    and one.value is not None
                    and self._is_made_of(one.value, caught, one.site, depth + 1)
                    for one in bindings(name, site)
                )
            )
            for name in self._variables(node)
        )

    # Accounted for: somebody knows which one it is, or takes care of it elsewhere.

    def _is_told_apart(self, caught: str | None, site: Site) -> bool:
        """Whether a condition on the exception leads to the call: `if (message.includes('not found'))`."""
        for block in site.block.ancestors() if caught is not None else ():
            for test, holds in block.tests:
                if caught is not None and self._is_made_of(test, caught, site) and holds is not self._denies(test):
                    return True
            if block.handler is not None:
                break
        return False

    def _denies(self, test: Node) -> bool:
        """Whether a condition holds for all exceptions but one."""
        test = unwrap(test)
        operator = test.child_by_field_name("operator")
        return operator is not None and self._source.code(operator).startswith("!")

    def _reads(self, handler: _Handler) -> tuple[int, bool]:
        """How often a handler names its exception, and whether it hands it to a call for what that does."""
        if handler.name is None:
            return 0, False
        if handler.node.id not in self._read:
            reads, handed_on, todo = 0, False, [handler.node]
            while todo:
                one = todo.pop()
                if one.type in ("identifier", "shorthand_property_identifier"):
                    reads += self._source.code(one) == handler.name
                elif one.type == "call_expression":
                    handed_on = handed_on or self._is_handed_on(handler.name, one)
                todo += one.named_children
            self._read[handler.node.id] = reads, handed_on
        return self._read[handler.node.id]

    def _is_handed_on(self, caught: str, call: Node) -> bool:
        """`return await exit(err)`, `notify(err);`."""
        done = call.parent
        while done is not None and done.type in _PASSED_ON:
            done = done.parent
        if done is None or done.type not in ("expression_statement", "return_statement"):
            return False
        given = (unwrap(arg) for arg in arguments_of(call))
        return any(arg.type == "identifier" and self._source.code(arg) == caught for arg in given)

    def _is_shown_beside(self, call: Node, handler: _Handler) -> bool:
        """Whether another call of the handler logs what was made of the exception, as in a report of several lines."""
        inside = range(handler.node.start_byte, handler.node.end_byte)
        for other, site in self._names.outline.calls:
            function = other.child_by_field_name("function")
            if other.start_byte not in inside or other.id == call.id or function is None:
                continue
            if member_name(function, self._source) in LEVELS and self._is_shown(other, handler.name, site):
                return True
        return False

    def _variables(self, node: Node) -> Iterator[str]:
        """The variables that an expression reads; members, keys and text are none."""
        if node.type in ("identifier", "shorthand_property_identifier"):
            yield self._source.code(node)
        for child in node.named_children:
            yield from self._variables(child)

    def _comes_from(self, name: str, caught: str | None, site: Site) -> bool:
        """Whether a variable was made of the exception: `const error = toError(e)`."""
        if caught is None:
            return False
        return any(
            one.how is How.ASSIGNED and one.value is not None and caught in _WORD.findall(self._source.code(one.value))
            for one in bindings(name, site)
        )


def _throws(node: Node) -> bool:
    """Whether a handler's own statements raise in turn."""
    todo = [node]
    while todo:
        one = todo.pop()
        if one.type == "throw_statement":
            return True
        todo += [child for child in one.named_children if child.type not in FUNCTIONS]
    return False
