"""Calls of `console`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import Language, TerminalWrite
from .names import Names
from .tree import Node, member_name

_METHODS = frozenset("log info warn error debug trace dir table".split())
_PROGRAM = re.compile(
    r"\A#!|process\.argv|\b(?:document|window|localStorage)\.|\A\s*['\"]use client['\"]|require\.main === module"
)
_TERMINAL_LIBRARIES = (
    *("commander", "yargs", "cac", "@oclif/core", "inquirer", "prompts", "chalk", "ora", "minimist", "meow"),
    *("react", "vue", "svelte", "jest", "vitest", "@playwright/test"),
)


def prints(names: Names) -> Iterator[TerminalWrite]:
    """Every call of `console`, in order."""
    source = names.source
    calls = [call for call, _ in names.outline.calls if _is_console(names, call.child_by_field_name("function"))]
    if not calls:
        return
    program = _PROGRAM.search(source.text.value) is not None or any(map(names.uses, _TERMINAL_LIBRARIES))
    for call in calls:
        function = call.child_by_field_name("function") or call
        yield TerminalWrite(
            at=Location(source.text.source, None, source.location(function).region),
            lines=source.lines(call),
            language=Language.TYPESCRIPT,
            function=source.code(function),
            program=program,
        )


def _is_console(names: Names, function: Node | None) -> bool:
    if function is None or member_name(function, names.source) not in _METHODS:
        return False
    holder = function.child_by_field_name("object")
    return holder is not None and names.source.code(holder) == "console"
