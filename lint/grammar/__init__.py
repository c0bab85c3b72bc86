"""
What the languages of queries share: tokens with places, a cursor over them, and the variables of dashboards.

PromQL and LogQL are read by parsers of their own; both stand on this.
"""

from .cursor import Cursor, Fault, TooDeep, describe, string
from .parts import Clause, Duration, Matcher, Problem, Word
from .tokens import BadEscape, Token, unquote
from .variables import VARIABLE, holds_variables, placeholder, template, templated

__all__ = [
    "VARIABLE",
    "BadEscape",
    "Clause",
    "Cursor",
    "Duration",
    "Fault",
    "Matcher",
    "Problem",
    "Token",
    "TooDeep",
    "Word",
    "describe",
    "holds_variables",
    "placeholder",
    "string",
    "template",
    "templated",
    "unquote",
]
