"""
A Pratt parser for PromQL as Prometheus 3.x reads it, with the place of every part.

The tree comes from here and not from promql-parser, which gives no positions, bare errors, and the grammar of
Prometheus 2.45: no duration expressions, `anchored`, `smoothed`, `fill` or quoted names. It is the arbiter instead: see
`arbiter`. Names follow Prometheus' grammar (promql/parser/generated_parser.y).
"""

from __future__ import annotations

from ..grammar import Clause, Fault, Token, TooDeep, Word, describe, string, templated
from ..record import replace
from .check import (
    check_aggregation,
    check_binary,
    check_call,
    check_subquery,
    check_unary,
)
from .durations import bad_number, parse_range
from .functions import AGGREGATIONS, FUNCTIONS, nearest
from .lexer import number, tokens
from .selectors import Selectors
from .syntax import (
    Aggregation,
    At,
    Binary,
    Call,
    Expr,
    Fill,
    Matrix,
    NumberLiteral,
    Paren,
    Selector,
    StringLiteral,
    Subquery,
    Unary,
    ValueType,
    Variable,
)

_POWER = {
    "or": 1,
    "and": 2,
    "unless": 2,
    **dict.fromkeys(("==", "!=", ">", "<", ">=", "<=", "</", ">/"), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys(("*", "/", "%", "atan2"), 5),
    "^": 6,
}
_SIGN_POWER = 5
_MODIFIERS = frozenset({"offset", "anchored", "smoothed"})
_FILLS = frozenset({"fill", "fill_left", "fill_right"})
_NO_METRIC = frozenset({"bool", "on", "ignoring", "group_left", "group_right", "atan2"})
_NO_FUNCTION = _NO_METRIC | {"and", "or", "unless", "by", "without", "offset"}

# A level of nesting takes four frames of Python's thousand here, and up to three where the tree is walked.
_DEEPEST = 100
_HIGHEST = 150


def parse(text: str) -> Expr:
    """The tree of a text. Raises Fault, or TooDeep."""
    found = tokens(text)
    parser = Parser(found, text)
    expr = parser.query()
    if len(found) > _HIGHEST and _height(expr) > _HIGHEST:
        raise TooDeep
    return expr


def _height(expr: Expr) -> int:
    highest, stack = 0, [(expr, 1)]
    while stack:
        node, height = stack.pop()
        highest = max(highest, height)
        stack += [(child, height + 1) for child in node.children]
    return highest


class Parser(Selectors):
    """Reads one query."""

    __slots__ = ("depth",)

    def __init__(self, tokens: list[Token], text: str) -> None:
        super().__init__(tokens, text)
        self.depth = 0

    def query(self) -> Expr:
        """The whole text."""
        if self.token.kind == "end":
            raise Fault("no expression", 0, len(self.text))
        expr = self._expression(0)
        if self.token.kind == ")":
            raise self.unexpected("an operator or the end of the query", "no `(` is open here")
        if self.token.kind != "end":
            raise self.unexpected("an operator or the end of the query", _help_after(expr, self.token))
        for selector in self.unselective:
            cure = "name a metric, or add a matcher that does not match the empty string"
            raise Fault("selector matches every series", selector.start, selector.end, cure)
        return expr

    def _expression(self, power: int) -> Expr:
        if self.depth >= _DEEPEST:
            raise TooDeep
        self.depth += 1
        left = self._operand()
        for _ in range(_HIGHEST):
            token = self.token
            op = token.text.lower() if token.kind == "word" else token.kind
            binds = _POWER.get(op, 0)
            if binds <= power:
                self.depth -= 1
                return left
            left = self._binary(left, op, binds)
        raise TooDeep

    def _operand(self) -> Expr:
        token = self.token
        kind = token.kind
        expr: Expr
        if kind == "word":
            expr = self._word()
        elif kind == "number":
            expr = self._number()
        elif kind == "(":
            self.take()
            inner = self._expression(0)
            expr = Paren(token.start, self._close(token).end, inner)
        elif kind == "{":
            expr = self.selector(None)
        elif kind in "+-":
            self.take()
            op = Word(kind, token.start, token.end)
            inner = self._expression(_SIGN_POWER)
            check_unary(op, inner)
            return Unary(token.start, inner.end, op, inner)
        elif kind == "string":
            self.take()
            expr = StringLiteral(token.start, token.end, string(token))
        else:
            raise self._no_operand()
        return self._modified(expr)

    def _no_operand(self) -> Fault:
        """What is wrong where an expression should begin; a wildcard in a name is told as such."""
        if self.index >= 2 and self.token.kind in ("range", "{", ")"):
            star, name = self.tokens[self.index - 1], self.tokens[self.index - 2]
            if star.kind == "*" and name.kind == "word" and name.end == star.start:
                cure = f'a name has no wildcards: select by `{{__name__=~"{name.text}.*"}}`'
                return Fault(f"`{name.text}*` is not the name of a metric", name.start, star.end, cure, grammar=True)
        return self.unexpected("an expression", _OPERAND_HELP.get(self.token.kind))

    def _close(self, opening: Token) -> Token:
        if self.token.kind == "end":
            raise Fault(f"`{opening.text}` is not closed", opening.start, opening.end, "add `)`", grammar=True)
        return self.expect(")", "`)`, `,` or an operator" if opening.text != "(" else "`)` or an operator")

    def _number(self) -> Expr:
        token = self.take()
        value = number(token.text)
        if value is None:
            raise bad_number(token)
        return NumberLiteral(token.start, token.end, value[0], value[1])

    # Names: metrics, functions, aggregations, variables.

    def _word(self) -> Expr:
        token = self.token
        lower = token.text.lower()
        following = self.peek()
        if following.kind == "(" and lower not in _NO_FUNCTION:
            return self._aggregation() if lower in AGGREGATIONS else self._call()
        if following.kind == "word" and following.text.lower() in ("by", "without"):
            if lower in AGGREGATIONS or templated(token.text):
                return self._aggregation()
        elif lower in ("inf", "nan") and following.kind != "{":
            self.take()
            return NumberLiteral(token.start, token.end, float(lower), False)
        if lower in _NO_METRIC or following.kind == "(":
            raise self.unexpected("an expression")
        self.take()
        if templated(token.text) and not self._continues_selector():
            return Variable(token.start, token.end, token.text)
        return self.selector(Word(token.text, token.start, token.end))

    def _continues_selector(self) -> bool:
        return self.token.kind in ("{", "range", "@") or self.keyword() in _MODIFIERS

    def _call(self) -> Expr:
        token = self.take()
        name = Word(token.text, token.start, token.end)
        args, end = self._arguments()
        if name.templated:
            if self.keyword() in ("by", "without"):
                grouping = self.clause()
                return Aggregation(name.start, grouping.end, name, grouping, *_split(args, token))
            return Call(name.start, end, name, args, None)
        function = FUNCTIONS.get(name.value)
        if function is None:
            known = nearest(name.value)
            cure = f"did you mean `{known}`?" if known else None
            raise Fault(f"unknown function `{name.value}`", name.start, name.end, cure, grammar=True)
        call = Call(name.start, end, name, args, function.returns)
        check_call(call, function)
        if function.name == "info" and len(args) == 2 and args[1] in self.unselective:
            self.unselective.remove(args[1])
        return call

    def _arguments(self) -> tuple[tuple[Expr, ...], int]:
        opening = self.expect("(", "`(`")
        if self.token.kind == ")":
            return (), self.take().end
        args = [self._expression(0)]
        while self.token.kind == ",":
            comma = self.take()
            if self.token.kind == ")":
                raise Fault("unexpected `,` after the last argument", comma.start, comma.end, grammar=True)
            args.append(self._expression(0))
        if self.token.kind == "end":
            raise Fault("`(` is not closed", opening.start, opening.end, "add `)`", grammar=True)
        return tuple(args), self.expect(")", "`)`, `,` or an operator").end

    def _aggregation(self) -> Expr:
        token = self.take()
        op = Word(token.text if templated(token.text) else token.text.lower(), token.start, token.end)
        grouping = self.clause() if self.token.kind == "word" else None
        args, end = self._arguments()
        if self.keyword() in ("by", "without"):
            if grouping is not None:
                raise self.unexpected("an operator: the aggregation already has its labels")
            grouping = self.clause()
            end = grouping.end
        check_aggregation(op, args, op.start, end)
        return Aggregation(op.start, end, op, grouping, *_split(args, token))

    # What stands behind an expression.

    def _modified(self, expr: Expr) -> Expr:
        while True:
            token = self.token
            if token.kind == "range":
                expr = self._ranged(expr)
            elif token.kind == "@":
                expr = self._at(expr)
            elif token.kind == "word" and (word := token.text.lower()) in _MODIFIERS:
                expr = self._offset(expr) if word == "offset" else self._extended(expr, word)
            else:
                return expr

    def _ranged(self, expr: Expr) -> Expr:
        token = self.take()
        length, step, is_subquery = parse_range(token)
        if is_subquery:
            check_subquery(expr, token.start, token.end)
            return Subquery(expr.start, token.end, expr, length, step, None, None)
        if not isinstance(expr, Selector):
            cure = "a range stands behind a metric or its braces; of anything else make a subquery, as in `[5m:]`"
            raise Fault("range behind something that is no selector", token.start, token.end, cure)
        if expr.offset is not None or expr.at is not None:
            what = "`offset`" if expr.at is None else "`@`"
            raise Fault(f"{what} before the range", token.start, token.end, "put it behind the brackets")
        return Matrix(expr.start, token.end, expr, length, None, None, None)

    def _offset(self, expr: Expr) -> Expr:
        keyword = self.take()
        duration = self.offset()
        target = _modifiable(expr, "offset", keyword)
        if target.offset is not None:
            raise Fault("`offset` is set twice", keyword.start, duration.end)
        return replace(target, end=duration.end, offset=duration)

    def _at(self, expr: Expr) -> Expr:
        keyword = self.take()
        at = self._time(keyword)
        target = _modifiable(expr, "@", keyword)
        if target.at is not None:
            raise Fault("`@` is set twice", keyword.start, at.end)
        return replace(target, end=at.end, at=at)

    def _time(self, keyword: Token) -> At:
        word = self.keyword()
        if word in ("start", "end"):
            self.take()
            self.expect("(", "`(`")
            return At(keyword.start, self.expect(")", "`)`").end, None, word)
        if templated(self.token.text):
            return At(keyword.start, self.take().end, None, None)
        sign = -1.0 if self.token.kind == "-" else 1.0
        if self.token.kind in ("+", "-"):
            self.take()
        if self.keyword() in ("inf", "nan"):
            raise Fault(f"`{self.token.text}` is no time", self.token.start, self.token.end)
        token = self.expect("number", "a time, `start()` or `end()`")
        value = number(token.text)
        if value is None:
            raise bad_number(token)
        return At(keyword.start, token.end, sign * value[0], None)

    def _extended(self, expr: Expr, word: str) -> Expr:
        keyword = self.take()
        if not isinstance(expr, Selector | Matrix):
            raise Fault(f"`{word}` behind something that is no selector", keyword.start, keyword.end)
        if expr.modifier is not None:
            raise Fault(f"`{word}` after `{expr.modifier.value}`", keyword.start, keyword.end)
        return replace(expr, end=keyword.end, modifier=Word(word, keyword.start, keyword.end))

    # Binary expressions.

    def _binary(self, left: Expr, op: str, binds: int) -> Expr:
        token = self.take()
        bool_: Word | None = None
        matching: Clause | None = None
        group: Clause | None = None
        fills: tuple[Fill, ...] = ()
        if self.token.kind == "word":
            if self.keyword() == "bool":
                modifier = self.take()
                bool_ = Word("bool", modifier.start, modifier.end)
            if self.keyword() in ("on", "ignoring"):
                matching = self.clause()
                if self.keyword() in ("group_left", "group_right"):
                    group = self._group()
            fills = self._fills()
        right = self._expression(binds - 1 if op == "^" else binds)
        word = Word(op, token.start, token.end)
        types = (left.type, right.type)
        result: ValueType | None = "vector" if "vector" in types else None if None in types else "scalar"
        binary = Binary(left.start, right.end, word, left, right, bool_, matching, group, fills, result)
        check_binary(binary)
        return binary

    def _group(self) -> Clause:
        if self.peek().kind == "(":
            return self.clause()
        token = self.take()
        return Clause(Word(token.text.lower(), token.start, token.end), (), token.end)

    def _fills(self) -> tuple[Fill, ...]:
        fills: list[Fill] = []
        while (word := self.keyword()) in _FILLS and self.peek().kind == "(":
            token = self.take()
            self.take()
            sign = -1.0 if self.token.kind == "-" else 1.0
            if self.token.kind in ("+", "-"):
                self.take()
            value = self._filling()
            keyword = Word(word, token.start, token.end)
            fills.append(Fill(keyword, None if value is None else sign * value, self.expect(")", "`)`").end))
        return tuple(fills)

    def _filling(self) -> float | None:
        token = self.token
        if templated(token.text) and token.kind == "word":
            self.take()
            return None
        if self.keyword() in ("inf", "nan"):
            return float(self.take().text)
        self.expect("number", "a number")
        value = number(token.text)
        if value is None:
            raise bad_number(token)
        return value[0]


def _split(args: tuple[Expr, ...], token: Token) -> tuple[Expr | None, Expr]:
    """The parameter and the operand of an aggregation."""
    if not args:
        raise Fault(f"{describe(token)} takes at least 1 argument, got 0", token.start, token.end)
    return (args[0], args[-1]) if len(args) > 1 else (None, args[0])


def _modifiable(expr: Expr, what: str, keyword: Token) -> Selector | Matrix | Subquery:
    if isinstance(expr, Selector | Matrix | Subquery):
        return expr
    cure = f"put `{what}` directly behind the selector inside"
    raise Fault(f"`{what}` behind something that is no selector", keyword.start, keyword.end, cure)


_OPERAND_HELP = {
    "=": "comparison is `==`",
    "range": "a range stands behind a metric or its braces",
}


def _help_after(expr: Expr, token: Token) -> str | None:
    if token.kind == "=":
        return "comparison is `==`"
    if token.kind in ("=~", "!~"):
        return "a regular expression matches a label inside braces"
    if token.kind == "word" and token.text.lower() in ("by", "without"):
        return f"`{token.text}` goes with an aggregation, as in `sum by (…) (…)`"
    if token.kind == "{" and isinstance(expr, Selector):
        return "put all matchers into one pair of braces"
    return None
