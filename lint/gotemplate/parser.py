"""
Parses a template as Prometheus does: with its functions, and its variables declared.

What Go refuses when it parses is a Refusal here; what fails when Go executes the template, `reading` finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Literal

from .functions import FUNCTIONS, VMALERT
from .lexer import Token, tokens
from .literals import constant
from .problem import Refusal
from .tree import (
    Access,
    Action,
    Branch,
    Call,
    Command,
    Constant,
    Definition,
    Dot,
    Field,
    Function,
    Jump,
    Nil,
    Node,
    Operand,
    Pipeline,
    Prose,
    Variable,
)

MAX_DEPTH = 100
"""Levels of nesting that are read: beyond what anybody writes, within Python's recursion limit."""

MAX_VARIABLES = 1000
"""Variables that are kept at one place of a template."""

PRELUDE = ("$labels", "$externalLabels", "$externalURL", "$value")
"""What Prometheus declares before each label and annotation template."""

_LITERALS = frozenset(["string", "raw", "char", "number"])
_OPERANDS = _LITERALS | frozenset(["dot", "field", "variable", "word", "("])
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "nil": None}
_CLOSERS = frozenset(["close", ")"])


class Parser:
    """One pass over one template."""

    def __init__(self, text: str, functions: frozenset[str] = frozenset()) -> None:
        self._tokens = list(tokens(text))
        self._functions = FUNCTIONS.keys() | functions
        self._at = 0
        self._depth = 0
        self._loops = 0
        self._defined: set[str] = set()
        self._variables = ["$", *PRELUDE]
        self.assigned: set[str] = set()
        """Variables that are given another value after their declaration."""

    def template(self) -> tuple[Node, ...]:
        """The whole template."""
        nodes = self._nodes()
        if self._peek().kind == "end of text":
            return nodes
        opening, keyword = self._next(), self._next()
        raise Refusal(f"`{keyword.text}` belongs to no block", opening.start, keyword.end)

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, kind: str, context: str) -> Token:
        token = self._next()
        if token.kind != kind:
            raise _unexpected(token, f"in `{context}`")
        return token

    @contextmanager
    def _deeper(self, token: Token) -> Iterator[None]:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refusal(f"nests deeper than {MAX_DEPTH} levels", token.start, token.end, doubt="size")
        yield
        self._depth -= 1

    @contextmanager
    def _scope(self) -> Iterator[None]:
        """Forgets at its end the variables declared inside."""
        known = len(self._variables)
        yield
        del self._variables[known:]

    # Blocks

    def _nodes(self) -> tuple[Node, ...]:
        """The nodes up to an `end`, an `else` or the end of the text, which are left to the caller."""
        found: list[Node] = []
        while True:
            token = self._peek()
            if token.kind == "prose":
                self._at += 1
                found.append(Prose(token.start, token.end, token.text))
            elif token.kind == "end of text" or self._keyword(self._at + 1) in ("end", "else"):
                return tuple(found)
            else:
                found.extend(self._action())

    def _keyword(self, at: int) -> str | None:
        token = self._tokens[at]
        return token.text if token.kind == "keyword" else None

    def _action(self) -> tuple[Node, ...]:
        opening = self._next()
        keyword = self._keyword(self._at)
        if keyword is None or keyword in _WORDS:
            pipeline = self._pipeline(opening, "action", "close")
            return (Action(opening.start, self._next().end, pipeline),)
        self._at += 1
        with self._deeper(opening):
            match keyword:
                case "if" | "with" | "range":
                    return (self._branch(opening, keyword),)
                case "template":
                    return (self._call(opening),)
                case "define" | "block":
                    return self._definition(opening, keyword)
                case _:
                    return (self._jump(opening, keyword),)

    def _branch(self, opening: Token, keyword: Literal["if", "with", "range"]) -> Branch:
        with self._scope():
            pipeline = self._pipeline(opening, keyword, "close")
            self._expect("close", keyword)
            self._loops += keyword == "range"
            body = self._nodes()
            self._loops -= keyword == "range"
            otherwise, end = self._otherwise(opening, keyword)
        return Branch(opening.start, end, keyword, pipeline, body, otherwise)

    def _otherwise(self, opening: Token, keyword: Literal["if", "with", "range"]) -> tuple[tuple[Node, ...], int]:
        """What stands from `else` to `end`, and where the block ends."""
        stop = self._stop(opening, keyword)
        if stop.text == "end":
            return (), self._expect("close", "end").end
        if keyword != "range" and self._keyword(self._at) == keyword:
            self._at += 1
            with self._deeper(stop):
                nested = self._branch(stop, keyword)
            return (nested,), nested.end
        self._expect("close", "else")
        return self._nodes(), self._end(opening, keyword)

    def _stop(self, opening: Token, keyword: str) -> Token:
        """The `end` or `else` of a block."""
        if self._next().kind == "end of text":
            raise Refusal(f"`{keyword}` is never ended", opening.start, opening.end, "add `{{ end }}`")
        return self._next()

    def _end(self, opening: Token, keyword: str) -> int:
        stop = self._stop(opening, keyword)
        if stop.text != "end":
            raise _unexpected(stop, f"in `{keyword}`")
        return self._expect("close", "end").end

    def _call(self, opening: Token) -> Call:
        name = self._name("template")
        pipeline = None if self._peek().kind == "close" else self._pipeline(opening, "template", "close")
        return Call(opening.start, self._expect("close", "template").end, name, pipeline)

    def _definition(self, opening: Token, keyword: str) -> tuple[Node, ...]:
        if keyword == "define" and self._depth > 1:
            raise Refusal("`define` stands inside a block", opening.start, opening.end, "move it to the top")
        name = self._name(keyword)
        pipeline = self._pipeline(opening, keyword, "close") if keyword == "block" else None
        self._expect("close", keyword)
        outer = self._variables, self._loops
        self._variables, self._loops = ["$"], 0
        body = self._nodes()
        self._variables, self._loops = outer
        end = self._end(opening, keyword)
        if any(not isinstance(node, Prose) or node.value.strip() for node in body):
            if name in self._defined:
                raise Refusal(f'template "{name}" is defined twice', opening.start, opening.end)
            self._defined.add(name)
        definition = Definition(opening.start, end, name, body)
        return (definition,) if pipeline is None else (definition, Call(opening.start, end, name, pipeline))

    def _name(self, context: str) -> str:
        token = self._next()
        if token.kind not in ("string", "raw"):
            raise _unexpected(token, f"in `{context}`")
        return str(constant(token).value)

    def _jump(self, opening: Token, keyword: str) -> Jump:
        if not self._loops:
            raise Refusal(f"`{keyword}` stands outside `range`", opening.start, opening.end)
        return Jump(opening.start, self._expect("close", keyword).end)

    # Pipelines

    def _pipeline(self, opening: Token, context: str, closer: str) -> Pipeline:
        """A pipeline; what closes it is left to the caller."""
        start = self._peek().start
        variables = self._declared(context)
        commands: list[Command] = []
        while (token := self._peek()).kind not in _CLOSERS:
            commands.append(self._command(bool(commands)))
            self._at += self._peek().kind == "|"
        if token.kind != closer:
            spelt, place = ("(", opening) if closer == ")" else (")", token)
            raise Refusal(f"`{spelt}` has no counterpart", place.start, place.end)
        if not commands:
            raise Refusal(f"{context} without a value", opening.start, token.end)
        return Pipeline(start, commands[-1].end, tuple(commands), variables)

    def _declared(self, context: str) -> tuple[str, ...]:
        """`$x :=`, `$x =`, or in a range `$i, $x :=`."""
        kinds = [token.kind for token in self._tokens[self._at : self._at + 4]]
        pair = context == "range" and kinds[:3] == ["variable", ",", "variable"]
        sign = kinds[-1] if pair else "".join(kinds[1:2])
        if kinds[0] != "variable" or sign not in ("=", "declare"):
            return ()
        variables = self._tokens[self._at : self._at + 3 : 2] if pair else [self._peek()]
        names = tuple(token.text for token in variables)
        if sign == "=":
            for token in variables:
                self._known(token)
            self.assigned.update(names)
        self._at += 4 if pair else 2
        self._variables.extend(names)
        if len(self._variables) > MAX_VARIABLES:
            raise Refusal("declares too many variables", variables[0].start, variables[0].end, doubt="size")
        return names

    def _command(self, piped: bool) -> Command:
        operands = [self._operand()]
        if piped and isinstance(operands[0], Constant | Dot | Nil):
            raise Refusal("takes nothing from a pipe", operands[0].start, operands[0].end, "pipe into a function")
        while (token := self._peek()).kind not in ("|", *_CLOSERS):
            if not token.spaced:
                raise _unexpected(token, "after an operand")
            operands.append(self._operand())
        return Command(operands[0].start, operands[-1].end, tuple(operands))

    def _operand(self) -> Operand:
        base = self._term()
        fields: list[Field] = []
        while (token := self._peek()).kind == "field" and not token.spaced:
            if isinstance(base, Constant | Nil | Dot):
                raise _unexpected(token, f"after `{self._tokens[self._at - 1].text}`")
            self._at += 1
            fields.append(Field(token.start, token.end, token.text[1:]))
        if not fields:
            return base
        if isinstance(base, Access):
            return Access(base.start, fields[-1].end, base.base, base.fields + tuple(fields))
        return Access(base.start, fields[-1].end, base, tuple(fields))

    def _term(self) -> Operand:
        token = self._next()
        start, end = token.start, token.end
        match token.kind:
            case "word":
                return self._function(token)
            case "variable":
                self._known(token)
                return Variable(start, end, token.text)
            case "dot":
                return Dot(start, end)
            case "field":
                return Access(start, end, Dot(start, start), (Field(start, end, token.text[1:]),))
            case "keyword" if token.text in _WORDS:
                value = _WORDS[token.text]
                return Nil(start, end) if value is None else Constant(start, end, value)
            case "(":
                with self._deeper(token):
                    inner = self._pipeline(token, "parentheses", ")")
                return Pipeline(start, self._next().end, inner.commands, inner.variables)
            case kind if kind in _LITERALS:
                return constant(token)
            case _:
                raise _unexpected(token, "where a value must stand")

    def _function(self, token: Token) -> Function:
        if token.text not in self._functions:
            raise _undefined("function", token, self._functions)
        return Function(token.start, token.end, token.text)

    def _known(self, token: Token) -> None:
        if token.text not in self._variables:
            raise _undefined("variable", token, self._variables)


def _undefined(what: str, token: Token, known: list[str] | frozenset[str] | set[str]) -> Refusal:
    if token.text in VMALERT:
        message = f"{what} `{token.text}` exists in VictoriaMetrics' vmalert, not in Prometheus"
        return Refusal(message, token.start, token.end, doubt="dialect")
    near = {name.lower(): name for name in known}
    if what == "function" and "$" + token.text in PRELUDE:
        cure: str | None = f"write `${token.text}`"
    else:
        cure = next((f"did you mean `{near[name]}`?" for name in get_close_matches(token.text.lower(), near, 1)), None)
    return Refusal(f"{what} `{token.text}` is not defined", token.start, token.end, cure)


def _unexpected(token: Token, where: str) -> Refusal:
    spelt = "the end of the text" if token.kind == "end of text" else f"`{token.text.strip()}`"
    return Refusal(f"unexpected {spelt} {where}", token.start, token.end)
