"""How many values the placeholders of a log message take, in the styles of the logging libraries."""

from __future__ import annotations

import re
from string import Formatter

_PERCENT = re.compile(r"%(?:%|[#0\- +]*(?:\d+)?(?:\.\d+)?[diouxXeEfFgGcrsa])")
_PERCENT_ELSE = re.compile(r"%\(|%[#0\- +]*\*|%[#0\- +]*\d*\.\*")
_UTIL = re.compile(r"%[sdifoOj%]")


def percent(message: str) -> int | None:
    """Of `logging`: `%s`, `%5.2f`; None for names and for widths that are values themselves."""
    if _PERCENT_ELSE.search(message):
        return None
    return sum(match[0] != "%%" for match in _PERCENT.finditer(message))


def braces(message: str) -> int | None:
    """Of loguru: `{}`, `{1}`; None for what is no format, and where a name is looked up."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(message) if name is not None]
    except ValueError:
        return None
    roots = [re.split(r"[.\[]", name, maxsplit=1)[0] for name in names]
    if any(root and not root.isdigit() for root in roots):
        return None
    numbered = [int(root) + 1 for root in roots if root]
    return max(numbered) if numbered else len(roots)


def util(message: str) -> int:
    """Of pino, as `util.format` has them: `%s`, `%o`."""
    return sum(match[0] != "%%" for match in _UTIL.finditer(message))
