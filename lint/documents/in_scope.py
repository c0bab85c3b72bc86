"""Which variables stand ready at a place of a function, by its text: in any language, and fast."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# The blank before the sign tells an assignment from the argument of a call that spans several lines.
_ASSIGNED = re.compile(
    r"^[ \t]*(?:(?:const|let|var)[ \t]+)?([A-Za-z_$][\w$]*)(?:[ \t]*:[^=\n]+)?[ \t]=[^=>]", re.MULTILINE
)
_TAKEN_APART = re.compile(r"\b(?:const|let|var)\s*\{([^{}]*)\}\s*=")
_LOOPED = re.compile(r"\bfor\s*\(?\s*(?:(?:const|let|var)\s+)?([A-Za-z_$][\w$]*)\s+(?:in|of)\b")
_MEMBER = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*)((?:\??\.[A-Za-z_$][\w$]*)+)(?![\w$]|\s*\()")
_LAST_WORD = re.compile(r"([A-Za-z_$][\w$]*)\s*(?:=[^,]*)?$")


def in_scope(function: str, until: int, parameters: Iterable[str]) -> tuple[str, ...]:
    """The variables that a function has at an offset of its text, and the attributes of them that it reads anywhere."""
    variables = dict.fromkeys((*parameters, *_variables(function[:until])))
    members = (match[0].replace("?", "") for match in _MEMBER.finditer(function) if match[1] in variables)
    return tuple(dict.fromkeys((*variables, *members)))


def _variables(code: str) -> Iterator[str]:
    for pattern in (_ASSIGNED, _LOOPED):
        yield from pattern.findall(code)
    for names in _TAKEN_APART.findall(code):
        yield from (word[1] for part in names.split(",") if (word := _LAST_WORD.search(part.strip())))
