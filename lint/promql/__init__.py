"""
PromQL: text to a tree with places, or to the problem, or to the reason why it is not judged.

    parsed = promql.parse("rate(http_requests_total[5m])")
    for call in parsed.find(promql.Call): ...

A part of the tree is the part of the text from `start` to `end`, so a finding points at it with
`query.place(query.text, part.start, part.end)`.
"""

from ..grammar import Clause, Duration, Matcher, Problem, Word, templated
from .flow import Branch, Condition, Flow, flow, flow_of
from .functions import AGGREGATIONS, EXPERIMENTAL_AGGREGATIONS, FUNCTIONS, Function
from .judge import Parsed, parse
from .labels import Fact, Labels, Presence
from .lexer import number, words
from .normal import normal
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
    Variable,
)
from .transfer import Recorded
from .tree import compute, constant, metric_names, unwrap, walk

__all__ = [
    "AGGREGATIONS",
    "EXPERIMENTAL_AGGREGATIONS",
    "FUNCTIONS",
    "Aggregation",
    "At",
    "Binary",
    "Branch",
    "Call",
    "Clause",
    "Condition",
    "Duration",
    "Expr",
    "Fact",
    "Fill",
    "Flow",
    "Function",
    "Labels",
    "Matcher",
    "Matrix",
    "NumberLiteral",
    "Paren",
    "Parsed",
    "Presence",
    "Problem",
    "Recorded",
    "Selector",
    "StringLiteral",
    "Subquery",
    "Unary",
    "Variable",
    "Word",
    "compute",
    "constant",
    "flow",
    "flow_of",
    "metric_names",
    "normal",
    "number",
    "parse",
    "templated",
    "unwrap",
    "walk",
    "words",
]
