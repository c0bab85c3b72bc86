"""Calls of `print`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...finding import Location
from ...nodes import Language, TerminalWrite
from .gate import Gate
from .names import Names

_PROGRAM = Gate(r"\A#!|__name__\s*==\s*['\"]__main__['\"]|\bsys\.argv\b", "#!", "__main__", "sys.argv")
_TERMINAL_LIBRARIES = frozenset(
    "argparse click typer fire docopt optparse cmd curses rich IPython pytest unittest".split()
)


def prints(names: Names) -> Iterator[TerminalWrite]:
    """Every `print` to the terminal, in order."""
    tree = names.tree
    program = _PROGRAM.search(tree.text.value) is not None or not _TERMINAL_LIBRARIES.isdisjoint(names.roots)
    for call, site in names.outline.calls:
        if not isinstance(call.func, cst.Name) or call.func.value != "print":
            continue
        elsewhere = any(arg.keyword is not None and arg.keyword.value == "file" for arg in call.args)
        if elsewhere or names.path(call.func, site) != "builtins.print":
            continue
        yield TerminalWrite(
            at=Location(tree.text.source, None, tree.location(call.func).region),
            lines=tree.lines(call),
            language=Language.PYTHON,
            function="print",
            program=program,
        )
