"""
PromQL: text to a tree with places, or to the problem, or to the reason why it is not judged.

    parsed = promql.parse("rate(http_requests_total[5m])")
    for call in parsed.find(promql.Call): ...

A part of the tree is the part of the text from `start` to `end`, so a finding points at it with
`query.place(query.text, part.start, part.end)`.
"""

from .functions import AGGREGATIONS, EXPERIMENTAL_AGGREGATIONS, FUNCTIONS, Function
from .judge import Parsed, parse
from .syntax import (
    Aggregation,
    At,
    Binary,
    Call,
    Clause,
    Duration,
    Expr,
    Fill,
    Matcher,
    Matrix,
    NumberLiteral,
    Paren,
    Problem,
    Selector,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    Word,
)
from .tree import compute, constant, metric_names, unwrap, walk
from .variables import templated

__all__ = [
    "AGGREGATIONS",
    "EXPERIMENTAL_AGGREGATIONS",
    "FUNCTIONS",
    "Aggregation",
    "At",
    "Binary",
    "Call",
    "Clause",
    "Duration",
    "Expr",
    "Fill",
    "Function",
    "Matcher",
    "Matrix",
    "NumberLiteral",
    "Paren",
    "Parsed",
    "Problem",
    "Selector",
    "StringLiteral",
    "Subquery",
    "Unary",
    "Variable",
    "Word",
    "compute",
    "constant",
    "metric_names",
    "parse",
    "templated",
    "unwrap",
    "walk",
]
