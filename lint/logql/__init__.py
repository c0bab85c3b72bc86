"""
LogQL: text to a tree with places, or to the problem, or to the reason why it is not judged.

    parsed = logql.parse('{app="api"} | json | status >= 500')
    for comparison in parsed.find(logql.Comparison): ...

A part of the tree is the part of the text from `start` to `end`, so a finding points at it with
`query.place(query.text, part.start, part.end)`.
"""

from ..grammar import Clause, Duration, Matcher, Problem, Word, templated
from .check import is_open, matches_empty
from .functions import FUNCTIONS
from .judge import Parsed, looks_like, parse
from .syntax import (
    Aggregation,
    Binary,
    Comparison,
    Condition,
    Decolorize,
    Enclosed,
    Expr,
    Extraction,
    Junction,
    LabelChoice,
    LabelFilter,
    LabelFormat,
    Labelling,
    LabelReplace,
    LineFilter,
    LineFormat,
    LineMatch,
    LogRange,
    Logs,
    NumberLiteral,
    Paren,
    Parser,
    RangeAggregation,
    Selector,
    Stage,
    Unwrap,
    Variable,
    Variants,
    Vector,
)
from .tree import walk

__all__ = [
    "FUNCTIONS",
    "Aggregation",
    "Binary",
    "Clause",
    "Comparison",
    "Condition",
    "Decolorize",
    "Duration",
    "Enclosed",
    "Expr",
    "Extraction",
    "Junction",
    "LabelChoice",
    "LabelFilter",
    "LabelFormat",
    "LabelReplace",
    "Labelling",
    "LineFilter",
    "LineFormat",
    "LineMatch",
    "LogRange",
    "Logs",
    "Matcher",
    "NumberLiteral",
    "Paren",
    "Parsed",
    "Parser",
    "Problem",
    "RangeAggregation",
    "Selector",
    "Stage",
    "Unwrap",
    "Variable",
    "Variants",
    "Vector",
    "Word",
    "is_open",
    "looks_like",
    "matches_empty",
    "parse",
    "templated",
    "walk",
]
