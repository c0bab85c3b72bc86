"""What a log call makes of the exception that is caught around it: whether the record has it, or only shows it."""

from __future__ import annotations

import re

import libcst as cst

from .arguments import passed
from .loggers import LEVELS
from .names import Names
from .scopes import Handler, Site
from .tree import dotted_name, mentions, names_in

# What takes the current exception without being given it, and what only looks at one.
_KEEPERS = frozenset(
    "exception print_exc format_exc capture_exception record_exception exc_info print_exception format_exception "
    "serializable_error_info_from_exc_info handle_exception on_error".split()
)
_STACKS = re.compile(r"format_exc|print_exc|traceback")
_MADE_OF = 3
"""How many variables may lie between an exception and what is said of it."""

_SHOWS = frozenset("str repr type isinstance print getattr hasattr format len bool dict echo append".split())


class Exceptions:
    """The exceptions that a file logs."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def note_kept(self) -> None:
        """Marks the handlers that hand their exception to something, so that nothing is lost if a message lacks it."""
        for call, site in self._names.outline.calls:
            handler = handler_of(site)
            if handler is None:
                continue
            handler.keeps = handler.keeps or _keeps(call, handler.name)
            if handler.name is not None and _logs(call) and any(mentions(arg, handler.name) for arg in call.args):
                handler.told.add(id(call))

    def shown(self, call: cst.Call, handler: Handler | None, site: Site) -> bool:
        """Whether its text is logged: here, by a message that was made of it before, or by a call beside this one."""
        if handler is None or handler.name is None:
            return False
        return bool(handler.told) or any(self._is_made_of(arg.value, handler.name, site) for arg in call.args)

    def _is_made_of(self, node: cst.BaseExpression, caught: str, site: Site, depth: int = 0) -> bool:
        """Whether an expression reads what was made of an exception: `reason = str(error)`."""
        return depth < _MADE_OF and any(
            one.value is not None
            and (mentions(one.value, caught) or self._is_made_of(one.value, caught, one.site, depth + 1))
            for name in names_in(node)
            for one in self._names.definitions(name, site)
        )

    def told_apart(self, handler: Handler | None, site: Site) -> bool:
        """Whether a condition on the exception leads to the call: `if "not found" in str(error)`."""
        caught = handler.name if handler is not None else None
        for block in site.block.ancestors() if caught is not None else ():
            for test, holds in block.tests:
                told = caught is not None and (mentions(test, caught) or self._is_made_of(test, caught, site))
                if told and holds is not _denies(test):
                    return True
            if block.handler is not None:
                break
        return False

    def passes(self, call: cst.Call, method: str, words: set[str]) -> bool:
        """Whether the exception with its stack is in the record."""
        given = passed(call, None, "exc_info") or passed(call, None, "stack_info")
        if given is not None:
            return dotted_name(given) not in ("False", "None")
        if method == "exception":
            return True
        return _STACKS.search(" ".join(words)) is not None or any(arg.star == "**" for arg in call.args)


def handler_of(site: Site) -> Handler | None:
    """The innermost `except` clause around a place."""
    return next((block.handler for block in site.block.ancestors() if block.handler is not None), None)


def _keeps(call: cst.Call, name: str | None) -> bool:
    last = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted_name(call.func)
    if last in _KEEPERS or any(arg.keyword is not None and arg.keyword.value == "exc_info" for arg in call.args):
        return True
    if name is None or last in LEVELS or last in _SHOWS:
        return False
    return any(isinstance(arg.value, cst.Name) and arg.value.value == name for arg in call.args)


def _denies(test: cst.BaseExpression) -> bool:
    """Whether a condition holds for all exceptions but one."""
    match test:
        case cst.UnaryOperation(operator=cst.Not()):
            return True
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=cst.NotIn() | cst.NotEqual() | cst.IsNot())]):
            return True
    return False


def _logs(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value in LEVELS
