"""How a replacement is spelt inside the quoting that it lands in."""

from __future__ import annotations

import json
import re
from typing import Literal

Style = Literal["plain", "single", "double", "literal", "folded", "json", "flow", "base64"]

# What would end or change a plain scalar (YAML 1.2.2 §7.3.3): comments, mappings, and in flow style the brackets.
_BREAKS_PLAIN = re.compile(r"(^|\s)#|:(\s|$)|^[\s!&*?|>@`%\"'{}\[\],-]|\s$")
_BREAKS_FLOW = re.compile(r"[\[\]{},]")


def escape(text: str, style: Style) -> str | None:
    """The spelling of `text` inside a scalar of that style; None when the style cannot hold it."""
    if "\n" in text:
        return None if style != "json" else json.dumps(text)[1:-1]
    match style:
        case "base64":
            return None
        case "single":
            return text.replace("'", "''")
        case "double" | "json":
            return json.dumps(text, ensure_ascii=False)[1:-1]
        case "plain" if _BREAKS_PLAIN.search(text):
            return None
        case "flow" if _BREAKS_PLAIN.search(text) or _BREAKS_FLOW.search(text):
            return None
        case _:
            return text
