"""The tree of a LogQL query. Every node knows which part of the text it stands for: `text[start:end]`."""

from __future__ import annotations

from typing import Literal

from ..grammar import Clause, Duration, Matcher, Word
from ..record import Record

Quantity = Literal["string", "number", "duration", "bytes", "ip"]


class Expr(Record):
    """An expression, a stage of a pipeline, or a condition: whatever has parts of its own."""

    start: int
    end: int

    @property
    def children(self) -> tuple[Expr, ...]:
        """The nodes directly inside it, from left to right."""
        return ()


# Log lines: a selector of streams, and what becomes of their lines.


class Selector(Expr):
    """Streams by their labels: `{app="api"}`."""

    matchers: tuple[Matcher, ...]
    partial: bool
    """Whether a dashboard variable stands for further matchers."""


class Stage(Expr):
    """A step of a pipeline."""


class Logs(Expr):
    """The lines of streams, after the stages of a pipeline."""

    selector: Selector
    stages: tuple[Stage, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        """The selector and the stages."""
        return (self.selector, *self.stages)


class LogRange(Logs):
    """Lines of a stretch of time: `{app="api"} |= "error" [5m]`, with the range at the end or behind the selector."""

    range: Duration
    offset: Duration | None

    @property
    def unwrap(self) -> Unwrap | None:
        """The stage that makes numbers of the lines, if any."""
        return next((stage for stage in self.stages if isinstance(stage, Unwrap)), None)


class LineMatch(Record):
    """What a line filter looks for: a text, a regular expression, a pattern, an address."""

    value: Word
    """Without its quotes; the place is with them."""

    start: int
    end: int
    address: bool
    """Whether it is an address, `ip("10.0.0.0/8")`."""


class LineFilter(Stage):
    """Lines with or without a text: `|= "error" or "fatal"`."""

    op: Word
    matches: tuple[LineMatch, ...]


class Condition(Expr):
    """What a label filter asks."""


class LabelFilter(Stage):
    """Lines whose labels meet a condition: `| status >= 500 and method="GET"`."""

    condition: Condition

    @property
    def children(self) -> tuple[Expr, ...]:
        """The condition."""
        return (self.condition,)


class Comparison(Condition):
    """One label and a value."""

    label: Word
    op: Word
    value: Word
    quantity: Quantity | None
    """What the value is; None where a dashboard variable decides."""


class Junction(Condition):
    """Two conditions; `op` is `and` also where a comma or nothing stands between them."""

    op: Literal["and", "or"]
    left: Condition
    right: Condition

    @property
    def children(self) -> tuple[Expr, ...]:
        """Left, right."""
        return (self.left, self.right)


class Enclosed(Condition):
    """A condition in parentheses."""

    condition: Condition

    @property
    def children(self) -> tuple[Expr, ...]:
        """The condition."""
        return (self.condition,)


class Extraction(Record):
    """A label that a parser makes: `status="response.status"`, or `status` for a field of that name."""

    label: Word
    path: Word | None

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.label.start

    @property
    def end(self) -> int:
        """Where it ends."""
        return (self.path or self.label).end


class Parser(Stage):
    """Labels out of the line: `| json`, `| logfmt`, `| xml`, `| unpack`, `| pattern "…"`, `| regexp "…"`."""

    name: Word
    strict: bool
    """Whether `logfmt` is told to refuse lines of another form."""

    pattern: Word | None
    """What `pattern` and `regexp` take."""

    extractions: tuple[Extraction, ...]
    """The labels that are asked for; none where the parser makes one of each field."""


class LineFormat(Stage):
    """A new line from a template."""

    template: Word


class Labelling(Record):
    """A label that gets a new value: that of another label, or of a template."""

    label: Word
    source: Word
    template: bool


class LabelFormat(Stage):
    """New labels: `| label_format method=verb, text="{{.status}}"`."""

    labellings: tuple[Labelling, ...]


class LabelChoice(Stage):
    """`| drop …`, `| keep …` or `| distinct …`, with labels or matchers."""

    name: Word
    labels: tuple[Word | Matcher, ...]


class Decolorize(Stage):
    """Lines without the colours of a terminal."""


class Unwrap(Stage):
    """Numbers out of a label: `| unwrap duration(latency)`."""

    label: Word
    conversion: Word | None


# Metrics: numbers from lines.


class NumberLiteral(Expr):
    """A number with its sign."""

    value: float


class Variable(Expr):
    """A dashboard variable where an expression is expected: it may become anything."""

    name: str


class Vector(Expr):
    """A number as a series: `vector(0)`."""

    value: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        """The number."""
        return (self.value,)


class RangeAggregation(Expr):
    """A number for each stream: `rate({…}[5m])`; `param` is the first argument of `quantile_over_time`."""

    op: Word
    param: Expr | None
    range: LogRange
    grouping: Clause | None

    @property
    def children(self) -> tuple[Expr, ...]:
        """The parameter, if any, and the range."""
        return (self.range,) if self.param is None else (self.param, self.range)


class Aggregation(Expr):
    """Series put together: `sum by (app) (…)`; `param` is what `topk` and the like take first."""

    op: Word
    grouping: Clause | None
    param: Expr | None
    expr: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        """The parameter, if any, and the expression."""
        return (self.expr,) if self.param is None else (self.param, self.expr)


class LabelReplace(Expr):
    """`label_replace(expr, "to", "replacement", "from", "pattern")`."""

    expr: Expr
    to: Word
    replacement: Word
    source: Word
    pattern: Word

    @property
    def children(self) -> tuple[Expr, ...]:
        """The expression."""
        return (self.expr,)


class Variants(Expr):
    """Several metrics of one range: `variants(rate(…), …) of ({…}[5m])`."""

    exprs: tuple[Expr, ...]
    range: LogRange

    @property
    def children(self) -> tuple[Expr, ...]:
        """The metrics and the range."""
        return (*self.exprs, self.range)


class Binary(Expr):
    """Two metrics and an operator, with how their series are matched."""

    op: Word
    left: Expr
    right: Expr
    bool: Word | None
    matching: Clause | None
    group: Clause | None

    @property
    def children(self) -> tuple[Expr, ...]:
        """Left, right."""
        return (self.left, self.right)


class Paren(Expr):
    """An expression in parentheses."""

    expr: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        """The expression."""
        return (self.expr,)
