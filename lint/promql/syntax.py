"""The tree of a PromQL expression. Every node knows which part of the text it stands for: `text[start:end]`."""

from __future__ import annotations

from typing import ClassVar, Literal

from ..grammar import Clause, Duration, Matcher, Word
from ..record import Record

ValueType = Literal["scalar", "vector", "matrix", "string"]


class Expr(Record):
    """An expression, or a part of one that is an expression itself."""

    start: int
    end: int
    returns: ClassVar[ValueType | None] = None

    @property
    def type(self) -> ValueType | None:
        """What it evaluates to; None where a dashboard variable decides."""
        return self.returns

    @property
    def children(self) -> tuple[Expr, ...]:
        """The expressions directly inside it, from left to right."""
        return ()


class NumberLiteral(Expr):
    """A number; a duration such as `5m` is one too, in seconds."""

    value: float
    duration: bool
    returns = "scalar"


class StringLiteral(Expr):
    """A quoted string; `value` is what the quotes and escapes stand for."""

    value: str
    returns = "string"


class Variable(Expr):
    """A dashboard variable where an expression is expected: it may become anything."""

    name: str


class At(Record):
    """An `@` modifier: a time in seconds since the epoch, or the `start` or `end` of the query."""

    start: int
    end: int
    seconds: float | None
    anchor: str | None


class Selector(Expr):
    """The series of a metric, narrowed by matchers: `name{label="value"}`."""

    name: Word | None
    """The metric, before the braces or quoted inside them."""

    matchers: tuple[Matcher, ...]
    braces: tuple[int, int] | None
    """The place of `{…}`; None where there is none."""

    partial: bool
    """Whether a dashboard variable stands for further matchers."""

    offset: Duration | None
    at: At | None
    modifier: Word | None
    """`anchored` or `smoothed`."""

    returns = "vector"

    @property
    def metric(self) -> str | None:
        """The one metric that it selects; None where it is not known or there may be several."""
        if self.name is not None:
            return None if self.name.templated else self.name.value
        for matcher in self.matchers:
            if matcher.label.value == "__name__" and matcher.op.value == "=" and not matcher.value.templated:
                return matcher.value.value or None
        return None


class Matrix(Expr):
    """A range vector, `selector[5m]`; its offset and `@` stand behind the brackets."""

    selector: Selector
    range: Duration
    offset: Duration | None
    at: At | None
    modifier: Word | None
    """`anchored` or `smoothed`."""

    returns = "matrix"

    @property
    def children(self) -> tuple[Expr, ...]:
        """The selector."""
        return (self.selector,)


class Subquery(Expr):
    """An expression evaluated at every step of a range: `expr[1h:5m]`."""

    expr: Expr
    range: Duration
    step: Duration | None
    offset: Duration | None
    at: At | None
    returns = "matrix"

    @property
    def children(self) -> tuple[Expr, ...]:
        """The expression."""
        return (self.expr,)


class Call(Expr):
    """A function and its arguments."""

    name: Word
    args: tuple[Expr, ...]
    result: ValueType | None

    @property
    def type(self) -> ValueType | None:
        """What the function returns; None where a dashboard variable names it."""
        return self.result

    @property
    def children(self) -> tuple[Expr, ...]:
        """The arguments."""
        return self.args


class Aggregation(Expr):
    """Series put together: `sum by (job) (…)`; `param` is what `topk`, `quantile` and the like take first."""

    op: Word
    grouping: Clause | None
    param: Expr | None
    expr: Expr
    returns = "vector"

    @property
    def children(self) -> tuple[Expr, ...]:
        """The parameter, if any, and the expression."""
        return (self.expr,) if self.param is None else (self.param, self.expr)


class Fill(Record):
    """What stands in for a missing side of a join: `fill(0)`, `fill_left(0)`, `fill_right(0)`."""

    keyword: Word
    value: float | None
    end: int


class Binary(Expr):
    """Two expressions and an operator, with how their series are matched."""

    op: Word
    left: Expr
    right: Expr
    bool: Word | None
    matching: Clause | None
    """`on (…)` or `ignoring (…)`."""

    group: Clause | None
    """`group_left (…)` or `group_right (…)`."""

    fills: tuple[Fill, ...]
    result: ValueType | None

    @property
    def type(self) -> ValueType | None:
        """A scalar of two scalars; a vector as soon as one side is one."""
        return self.result

    @property
    def children(self) -> tuple[Expr, ...]:
        """Left, right."""
        return (self.left, self.right)


class Unary(Expr):
    """A sign."""

    op: Word
    expr: Expr

    @property
    def type(self) -> ValueType | None:
        """That of what it stands before."""
        return self.expr.type

    @property
    def children(self) -> tuple[Expr, ...]:
        """The expression."""
        return (self.expr,)


class Paren(Expr):
    """An expression in parentheses."""

    expr: Expr

    @property
    def type(self) -> ValueType | None:
        """That of what is inside."""
        return self.expr.type

    @property
    def children(self) -> tuple[Expr, ...]:
        """The expression."""
        return (self.expr,)
