"""
A Pratt parser for LogQL as Loki 3.x reads it, with the place of every part.

Where Loki's grammar is narrower than needed to tell what a query means, ours is not: a range may stand in parentheses
of its own, and a word that only newer versions keep for themselves may be a label.
"""

from __future__ import annotations

from dataclasses import replace

from ..duration import seconds
from ..grammar import Clause, Duration, Fault, Token, TooDeep, Word, templated
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
from .pipelines import Pipelines
from .syntax import (
    Aggregation,
    Binary,
    Expr,
    LabelReplace,
    LogRange,
    Logs,
    NumberLiteral,
    Paren,
    RangeAggregation,
    Stage,
    Unwrap,
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


class Parser(Pipelines):
    """Reads one query."""

    __slots__ = ("depth",)

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self.depth = 0

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
                return self._logs()
            case "(":
                self.take()
                inner = self._expression(0)
                return Paren(token.start, self._close(token).end, inner)
            case "number" | "+" | "-":
                return self._number()
            case "word":
                return self._word()
            case _:
                raise self.unexpected("a stream selector or a function")

    def _close(self, opening: Token, expected: str = "`)` or an operator") -> Token:
        if self.token.kind == "end":
            raise Fault(f"`{opening.text}` is not closed", opening.start, opening.end, "add `)`", grammar=True)
        return self.expect(")", expected)

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

    # Log lines.

    def _logs(self) -> Logs:
        selector = self.selector()
        stages: list[Stage] = []
        while self.at_stage():
            stages.append(self.stage(stages))
        if self.token.kind == "range":
            cure = "put a range aggregation around it, as in `rate({…}[5m])`"
            raise Fault("range outside of a range aggregation", self.token.start, self.token.end, cure)
        for stage in stages:
            if isinstance(stage, Unwrap):
                cure = "put one around it, as in `sum_over_time({…} | unwrap … [5m])`"
                raise Fault("`unwrap` outside of a range aggregation", stage.start, stage.end, cure)
        return Logs(selector.start, (stages[-1] if stages else selector).end, selector, tuple(stages))

    def _log_range(self, user: Word) -> LogRange:
        """Lines and their range, in whatever order; the parentheses around either are part of it."""
        found = self._part_of_range(user)
        if isinstance(found, LogRange):
            return found
        if self.token.kind == "word":
            self.unclear_if_variable()
        cure = "as in `[5m]`, at the end or directly behind the selector"
        if self.token.kind in (")", "end"):
            raise Fault(f"`{user.value}` takes log lines of a range, got no range", found.start, found.end, cure)
        raise self.unexpected("a stage or a range", cure)

    def _part_of_range(self, user: Word) -> Logs:
        if self.depth >= _DEEPEST:
            raise TooDeep
        self.depth += 1
        found = self._enclosed_range(user) if self.token.kind == "(" else self._open_range(user)
        self.depth -= 1
        return found

    def _enclosed_range(self, user: Word) -> Logs:
        opening = self.take()
        inner = self._part_of_range(user)
        found = replace(inner, start=opening.start, end=self._close(opening, "`)`, a stage or a range").end)
        if self.token.kind != "range" or isinstance(found, LogRange):
            return found
        span, offset, end = self._range()
        return LogRange(found.start, end, found.selector, found.stages, span, offset)

    def _open_range(self, user: Word) -> Logs:
        if self.token.kind != "{":
            raise self._no_selector(user)
        selector = self.selector()
        stages: list[Stage] = []
        ranged = self._range() if self.token.kind == "range" else None
        while self.at_stage():
            stages.append(self.stage(stages))
        if ranged is None and self.token.kind == "range":
            ranged = self._range()
            if self.at_stage():
                raise self.unexpected("`)`", "the range stands at the end, or directly behind the selector")
        end = self.tokens[self.index - 1].end
        if ranged is None:
            return Logs(selector.start, end, selector, tuple(stages))
        return LogRange(selector.start, end, selector, tuple(stages), ranged[0], ranged[1])

    def _no_selector(self, user: Word) -> Fault:
        token = self.token
        if token.kind != "word":
            return self.unexpected("a stream selector in braces")
        self.unclear_if_variable()
        if self.peek().kind == "(" and token.text.lower() in FUNCTIONS:
            cure = "LogQL has no subqueries"
            return Fault(f"`{user.value}` takes log lines, got a metric", token.start, token.end, cure, grammar=True)
        return _no_stream(token)

    def _range(self) -> tuple[Duration, Duration | None, int]:
        token = self.take()
        spelling = token.text[1:-1]
        length = seconds(spelling)
        if length is None and not templated(spelling):
            start, end = token.start + 1, token.end - 1
            if ":" in spelling:
                raise Fault("LogQL has no subqueries", token.start, token.end, "one range, as in `[5m]`", grammar=True)
            cure = "durations read like `5m` or `1h30m`"
            raise Fault(f"`{spelling}` is no duration", start, max(end, start), cure, grammar=True)
        span = Duration(token.start + 1, token.end - 1, spelling, length, False)
        offset = self._offset() if self.keyword() == "offset" else None
        return span, offset, self.tokens[self.index - 1].end

    def _offset(self) -> Duration:
        self.take()
        start = self.token.start
        negative = self.token.kind == "-"
        if negative:
            self.take()
        token = self.token
        if token.kind == "word" and templated(token.text):
            self.take()
            return Duration(start, token.end, token.text, None, False)
        self.expect("number", "a duration")
        if quantity(token.text) != "duration":
            raise Fault(f"`{token.text}` is no duration", token.start, token.end, "as in `5m`", grammar=True)
        length = seconds(token.text)
        value = -length if length is not None and negative else length
        return Duration(start, token.end, token.text, value, False)

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
            raise _no_stream(token)
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

    def _name(self) -> Word:
        token = self.take()
        return Word(token.text.lower(), token.start, token.end)

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
        op = self._name()
        if self.token.kind == "word":
            clause = self._clause()
            check_range_grouping(op, clause)
            cure = f"as in `{op.value}(…) {clause.kind} (…)`"
            raise Fault(f"`{clause.kind}` before the range of `{op.value}`", clause.start, clause.end, cure)
        opening = self.expect("(", "`(`")
        param = self._param()
        lines = self._log_range(op)
        end = self._close(opening, "`)`").end
        grouping = self._clause() if self.keyword() in ("by", "without") else None
        end = grouping.end if grouping is not None else end
        aggregation = RangeAggregation(op.start, end, op, param, lines, grouping)
        check_range_aggregation(aggregation)
        return aggregation

    def _aggregation(self) -> Aggregation:
        op = self._name()
        grouping = self._clause() if self.token.kind == "word" else None
        opening = self.expect("(", "`(`")
        param = self._param()
        expr = self._expression(0)
        end = self._close(opening).end
        if self.keyword() in ("by", "without"):
            if grouping is not None:
                raise self.unexpected("an operator: the aggregation already has its labels")
            grouping = self._clause()
            end = grouping.end
        aggregation = Aggregation(op.start, end, op, grouping, param, expr)
        check_aggregation(aggregation)
        return aggregation

    def _label_replace(self) -> LabelReplace:
        name = self._name()
        opening = self.expect("(", "`(`")
        expr = self._expression(0)
        check_metric(expr, "label_replace")
        words = []
        for what in ("the new label", "its value", "the label to read", "a pattern"):
            self.expect(",", "`,` or an operator")
            words.append(self.quoted_or_variable(f"{what}, quoted"))
        end = self._close(opening, "`)`").end
        check_regex(words[3])
        return LabelReplace(name.start, end, expr, words[0], words[1], words[2], words[3])

    def _vector(self) -> Vector:
        name = self._name()
        opening = self.expect("(", "`(`")
        value = self._word() if self.token.kind == "word" and templated(self.token.text) else self._number()
        return Vector(name.start, self._close(opening, "`)`").end, value)

    def _variants(self) -> Variants:
        name = self._name()
        opening = self.expect("(", "`(`")
        exprs = [self._expression(0)]
        while self.token.kind == ",":
            self.take()
            exprs.append(self._expression(0))
        self._close(opening, "`)` or `,`")
        if self.keyword() != "of":
            raise self.unexpected("`of`")
        self.take()
        inner = self.expect("(", "`(`")
        lines = self._log_range(name)
        return Variants(name.start, self._close(inner, "`)`").end, tuple(exprs), lines)

    # Operators.

    def _binary(self, left: Expr, op: str, binds: int) -> Binary:
        token = self.take()
        bool_: Word | None = None
        matching: Clause | None = None
        group: Clause | None = None
        if self.keyword() == "bool":
            bool_ = self._name()
        if self.keyword() in ("on", "ignoring"):
            matching = self._clause()
            if self.keyword() in ("group_left", "group_right"):
                group = self._group()
        right = self._expression(binds - 1 if op == "^" else binds)
        binary = Binary(left.start, right.end, Word(op, token.start, token.end), left, right, bool_, matching, group)
        check_binary(binary)
        return binary

    def _group(self) -> Clause:
        if self.peek().kind == "(":
            return self._clause()
        keyword = self._name()
        return Clause(keyword, (), keyword.end)

    def _clause(self) -> Clause:
        keyword = self._name()
        opening = self.expect("(", "`(` and labels")
        labels: list[Word] = []
        while self.token.kind != ")":
            labels.append(self.label())
            if self.token.kind == ",":
                self.take()
                if self.token.kind == ")":
                    raise self.unexpected("a label")
            elif self.token.kind != ")":
                break
        return Clause(keyword, tuple(labels), self._close(opening, "`,` or `)`").end)


def _no_stream(token: Token) -> Fault:
    cure = 'LogQL selects streams by their labels, in braces: `{app="…"}`'
    return Fault(f"`{token.text}` is no stream selector", token.start, token.end, cure, grammar=True)


def _no_function(token: Token) -> Fault:
    word = token.text.lower()
    if word in PROMQL_ONLY:
        return Fault(f"`{token.text}` is a function of PromQL only", token.start, token.end, grammar=True)
    known = nearest(word, FUNCTIONS)
    cure = f"did you mean `{known}`?" if known else None
    return Fault(f"unknown function `{token.text}`", token.start, token.end, cure, grammar=True)
