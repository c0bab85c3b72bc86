"""How a replacement is spelt inside the quoting that it lands in."""

from __future__ import annotations

import json
import re
from typing import Literal

Style = Literal["plain", "single", "double", "literal", "folded", "json", "flow", "base64"]

# What would end or change a plain scalar (YAML 1.2.2 §7.3.3): comments, mappings, and in flow style the brackets.
# Signs such as a quote do so at its beginning only, and blanks at its ends.
_BREAKS_PLAIN = re.compile(r"(^|\s)#|:(\s|$)|^[\s!&*?|>@`%\"'{}\[\],-]|\s$")
_BREAKS_FLOW = re.compile(r"[\[\]{},]")
_COMMENT_OR_KEY = re.compile(r"\s#|:(\s|$)")
# Line breaks of YAML 1.1, and what no YAML file may hold as it is (YAML 1.2.2 §5.1).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def escape(text: str, style: Style, *, between: bool = False) -> str | None:
    """
    The spelling of `text` inside a scalar of that style; None when the style cannot hold it.

    `between` says that `breaks_plain` has looked at the characters beside it: else it may be the whole scalar.
    """
    if "\n" in text:
        return None if style != "json" else json.dumps(text)[1:-1]
    match style:
        case "base64":
            return None
        case "double" | "json":
            spelt = json.dumps(text, ensure_ascii=False)[1:-1]
            return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", spelt)
        case _ if _UNPRINTABLE.search(text):
            return None
        case "single":
            return text.replace("'", "''")
        case "plain" | "flow" if not between and _BREAKS_PLAIN.search(text):
            return None
        case "flow" if _BREAKS_FLOW.search(text):
            return None
        case _:
            return text


def breaks_plain(before: str, text: str, after: str) -> bool:
    """Whether a text ends or changes a plain scalar, together with the characters beside it."""
    whole = f"{before}{text}{after}"
    if _COMMENT_OR_KEY.search(whole) or (not after and whole[-1:].isspace()):
        return True
    return not before and _BREAKS_PLAIN.match(whole) is not None
