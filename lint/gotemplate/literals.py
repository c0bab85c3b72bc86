"""Reads the string, character and number literals of Go (go.dev/ref/spec#Lexical_elements)."""

from __future__ import annotations

import re

from .lexer import Token
from .problem import Refusal
from .tree import Constant

_ESCAPE = re.compile(
    r"\\(?:(?P<simple>[abfnrtv\\\"'])|x(?P<x>[\da-fA-F]{2})|u(?P<u>[\da-fA-F]{4})|U(?P<U>[\da-fA-F]{8})|(?P<octal>[0-7]{3})"
    r"|(?P<wrong>.))"
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LAST_CHARACTER = 0x10FFFF


def constant(token: Token) -> Constant:
    """The value of a literal; raises Refusal when it has none."""
    match token.kind:
        case "raw":
            return Constant(token.start, token.end, token.text[1:-1], verbatim=True)
        case "string":
            return Constant(token.start, token.end, _unquote(token), verbatim="\\" not in token.text)
        case "char":
            return Constant(token.start, token.end, _character(token))
        case _:
            return Constant(token.start, token.end, _number(token))


def _unquote(token: Token) -> str:
    quote = token.text[0]

    def decode(match: re.Match[str]) -> str:
        start = token.start + 1 + match.start()
        simple, wrong, octal = match["simple"], match["wrong"], match["octal"]
        code = int(octal, 8) if octal else int(match["x"] or match["u"] or match["U"] or "0", 16)
        if wrong or (simple in ("'", '"') and simple != quote) or code > _LAST_CHARACTER:
            cure = "write the string in backquotes" if quote == '"' else None
            raise Refusal(f"`{match.group()}` is no escape that Go knows", start, start + len(match.group()), cure)
        return _SIMPLE.get(simple, simple) if simple else chr(code)

    return _ESCAPE.sub(decode, token.text[1:-1])


def _character(token: Token) -> int:
    value = _unquote(token)
    if len(value) != 1:
        raise Refusal(f"`{token.text}` is not one character", token.start, token.end, "write strings in double quotes")
    return ord(value)


def _number(token: Token) -> int | float:
    spelt = token.text.removesuffix("i")
    try:
        if not re.match(r"[+-]?0[xX]", spelt) and re.search(r"[.eE]", spelt):
            return float(spelt)
        return int(re.sub(r"^([+-]?)0(?=\d)", r"\g<1>0o", spelt), 0)
    except ValueError:
        raise Refusal(f"`{token.text}` is no number", token.start, token.end) from None
