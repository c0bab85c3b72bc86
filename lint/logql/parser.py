"""
A Pratt parser for LogQL as Loki 3.x reads it, with the place of every part.

Where Loki's grammar is narrower than needed to tell what a query means, ours is not: a range may stand in parentheses
of its own, and a word that only newer versions keep for themselves may be a label.
"""

from __future__ import annotations

from ..grammar import Clause, Fault, Token, TooDeep, Word, templated
from .check import (
    check_aggregation,
    check_binary,
    check_metric,
    check_range_aggregation,
    check_range_grouping,
    check_regex,
)
from .conditions import Unclear, bad_number
from .functions import AGGREGATIONS, FUNCTIONS, PROMQL_ONLY, RANGE_AGGREGATIONS, nearest
from .lexer import number, quantity
from .ranges import LogRanges, no_stream
from .syntax import (
    Aggregation,
    Binary,
    Expr,
    LabelReplace,
    NumberLiteral,
    Paren,
    RangeAggregation,
    Variable,
    Variants,
    Vector,
)

_POWER = {
    "or": 1,
    "and": 2,
    "unless": 2,
    **dict.fromkeys(("==", "!=", ">", "<", ">=", "<="), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
    "^": 6,
}
_DEEPEST = 100
_LONGEST_CHAIN = 150


def parse(tokens: list[Token]) -> Expr:
    """The tree of a query. Raises Fault, TooDeep or Unclear."""
    return Parser(tokens).query()


class Parser(LogRanges):
    """Reads one query."""

    __slots__ = ()

    def query(self) -> Expr:
        """The whole text."""
        if self.token.kind == "end":
            raise Fault("no query", 0, self.token.end)
        expr = self._expression(0)
        if self.token.kind != "end":
            raise self.unexpected("an operator or the end of the query", self._help_after(expr))
        return expr

    def _help_after(self, expr: Expr) -> str | None:
        token = self.token
        if token.kind == ")":
            return "no `(` is open here"
        if token.kind == "=":
            return "comparison is `==`"
        if token.kind == "range":
            return "LogQL has no subqueries: a range stands behind a selector or a pipeline"
        if self.at_stage():
            return "stages stand inside the range aggregation, before the range"
        if self.keyword() == "offset":
            return "`offset` stands directly behind the range"
        return None

    def _expression(self, power: int) -> Expr:
        if self.depth >= _DEEPEST:
            raise TooDeep
        self.depth += 1
        left = self._operand()
        for _ in range(_LONGEST_CHAIN):
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
        match token.kind:
            case "{":
                return self.logs()
            case "(":
                self.take()
                inner = self._expression(0)
                return Paren(token.start, self.close(token).end, inner)
            case "number" | "+" | "-":
                return self._number()
            case "word":
                return self._word()
            case _:
                raise self.unexpected("a stream selector or a function")

    def _number(self) -> NumberLiteral:
        sign = self.take() if self.token.kind in ("+", "-") else None
        token = self.token
        if token.kind != "number":
            raise self.unexpected("a number", "a sign stands only before a number" if sign is not None else None)
        value = number(token.text)
        if value is None and quantity(token.text) is None:
            raise bad_number(token)
        if value is None:
            raise self.unexpected("a number without a unit")
        self.take()
        start = sign.start if sign is not None else token.start
        return NumberLiteral(start, token.end, -value if sign is not None and sign.kind == "-" else value)

    # Words: functions and variables.

    def _word(self) -> Expr:
        token = self.token
        word = token.text.lower()
        called = self.peek().kind == "(" or self.peek().text.lower() in ("by", "without")
        if templated(token.text):
            if called:
                raise Unclear("a dashboard variable stands for a function")
            self.take()
            return Variable(token.start, token.end, token.text)
        if not called:
            raise no_stream(token)
        if word in RANGE_AGGREGATIONS:
            return self._range_aggregation()
        if word in AGGREGATIONS:
            return self._aggregation()
        if word == "label_replace":
            return self._label_replace()
        if word == "vector":
            return self._vector()
        if word == "variants":
            return self._variants()
        raise _no_function(token)

    def _param(self) -> Expr | None:
        """A number before a comma, or the variable that stands for it."""
        if self.peek().kind != ",":
            return None
        token = self.token
        param: Expr
        if token.kind == "word" and templated(token.text):
            self.take()
            param = Variable(token.start, token.end, token.text)
        else:
            param = self._number()
        self.take()
        return param

    def _range_aggregation(self) -> RangeAggregation:
        op = self.name()
        if self.token.kind == "word":
            clause = self.clause()
            check_range_grouping(op, clause)
            cure = f"as in `{op.value}(…) {clause.kind} (…)`"
            raise Fault(f"`{clause.kind}` before the range of `{op.value}`", clause.start, clause.end, cure)
        opening = self.expect("(", "`(`")
        param = self._param()
        lines = self.log_range(op)
        end = self.close(opening, "`)`").end
        grouping = self.clause() if self.keyword() in ("by", "without") else None
        end = grouping.end if grouping is not None else end
        aggregation = RangeAggregation(op.start, end, op, param, lines, grouping)
        check_range_aggregation(aggregation)
        return aggregation

    def _aggregation(self) -> Aggregation:
        op = self.name()
        grouping = self.clause() if self.token.kind == "word" else None
        opening = self.expect("(", "`(`")
        param = self._param()
        expr = self._expression(0)
        end = self.close(opening).end
        if self.keyword() in ("by", "without"):
            if grouping is not None:
                raise self.unexpected("an operator: the aggregation already has its labels")
            grouping = self.clause()
            end = grouping.end
        aggregation = Aggregation(op.start, end, op, grouping, param, expr)
        check_aggregation(aggregation)
        return aggregation

    def _label_replace(self) -> LabelReplace:
        name = self.name()
        opening = self.expect("(", "`(`")
        expr = self._expression(0)
        check_metric(expr, "label_replace")
        words = []
        for what in ("the new label", "its value", "the label to read", "a pattern"):
            self.expect(",", "`,` or an operator")
            words.append(self.quoted_or_variable(f"{what}, quoted"))
        end = self.close(opening, "`)`").end
        check_regex(words[3])
        return LabelReplace(name.start, end, expr, words[0], words[1], words[2], words[3])

    def _vector(self) -> Vector:
        name = self.name()
        opening = self.expect("(", "`(`")
        value = self._word() if self.token.kind == "word" and templated(self.token.text) else self._number()
        return Vector(name.start, self.close(opening, "`)`").end, value)

    def _variants(self) -> Variants:
        name = self.name()
        opening = self.expect("(", "`(`")
        exprs = [self._expression(0)]
        while self.token.kind == ",":
            self.take()
            exprs.append(self._expression(0))
        self.close(opening, "`)` or `,`")
        if self.keyword() != "of":
            raise self.unexpected("`of`")
        self.take()
        inner = self.expect("(", "`(`")
        lines = self.log_range(name)
        return Variants(name.start, self.close(inner, "`)`").end, tuple(exprs), lines)

    # Operators.

    def _binary(self, left: Expr, op: str, binds: int) -> Binary:
        token = self.take()
        bool_: Word | None = None
        matching: Clause | None = None
        group: Clause | None = None
        if self.keyword() == "bool":
            bool_ = self.name()
        if self.keyword() in ("on", "ignoring"):
            matching = self.clause()
            if self.keyword() in ("group_left", "group_right"):
                group = self._group()
        right = self._expression(binds - 1 if op == "^" else binds)
        binary = Binary(left.start, right.end, Word(op, token.start, token.end), left, right, bool_, matching, group)
        check_binary(binary)
        return binary

    def _group(self) -> Clause:
        if self.peek().kind == "(":
            return self.clause()
        keyword = self.name()
        return Clause(keyword, (), keyword.end)


def _no_function(token: Token) -> Fault:
    word = token.text.lower()
    if word in PROMQL_ONLY:
        return Fault(f"`{token.text}` is a function of PromQL only", token.start, token.end, grammar=True)
    known = nearest(word, FUNCTIONS)
    cure = f"did you mean `{known}`?" if known else None
    return Fault(f"unknown function `{token.text}`", token.start, token.end, cure, grammar=True)
