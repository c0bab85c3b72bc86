"""The statements of a Python function as steps of a span's life."""

from __future__ import annotations

import re
from collections.abc import Iterable

import libcst as cst

from ..paths import Action, Branch, Do, Exit, Leave, Loop, Try
from .arguments import passed
from .tree import children, dotted_name

_ENDS = frozenset({"end", "finish"})
_CATCHES_ALL = frozenset({"Exception", "BaseException"})
# Calls that do not raise, or whose raising is nobody's business.
_SAFE = re.compile(
    r"(?:^|\.)(?:log(?:ger|ging)?)\b|^(?:str|int|float|len|repr|isinstance|getattr|hasattr|dict|list|tuple|set|frozenset|sorted|bool|type|print"
    r"|time\.\w+|datetime\.\w+|trace\.\w+|Status|StatusCode|Context|Link)$"
    r"|(?:^|\.)(?:set_span_in_context|get_span_context|get_current_span|start_as_current_span|extract)$"
    r"|\.(?:inc|dec|observe|record|add|append|get|items|keys|values|format|lower|upper|strip|join|set_attribute"
    r"|set_attributes|set_status|record_exception|add_event|update_name|is_recording|labels|time|monotonic|inject)$"
    r"|(?:^|\.)(?:should|is|has)_\w+$"
)
_ENDING_NAME = re.compile(r"end|finish|close|complete|stop", re.IGNORECASE)


class EscapedError(Exception):
    """The span is stored, returned, or ended by a function that runs at another time."""


class Lowering:
    """Turns statements into steps, for one span variable."""

    def __init__(self, variable: str, start: cst.Call) -> None:
        self._variable = variable
        self._start = start

    def statements(self, nodes: Iterable[cst.CSTNode]) -> list[Action[cst.CSTNode]]:
        """The steps of statements; raises `EscapedError`."""
        return [action for node in nodes for action in self._statement(node)]

    def _suite(self, node: cst.BaseSuite) -> list[Action[cst.CSTNode]]:
        return self.statements(node.body)

    def _statement(self, node: cst.CSTNode) -> list[Action[cst.CSTNode]]:
        match node:
            case cst.SimpleStatementLine():
                return self.statements(node.body)
            case cst.Return(value=value):
                if value is not None and self._holds(value):
                    raise EscapedError
                return [*(self._do(value) if value is not None else []), Leave(node, Exit.RETURN)]
            case cst.Raise():
                return [Leave(node, Exit.RAISE)]
            case cst.Break() | cst.Continue():
                return [Leave(node, Exit.BREAK)]
            case cst.FunctionDef() | cst.ClassDef():
                self._closure(node)
                return []
        return self._compound(node)

    def _compound(self, node: cst.CSTNode) -> list[Action[cst.CSTNode]]:
        match node:
            case cst.If():
                return self._if(node)
            case cst.For() | cst.While():
                head = self._do(node.iter if isinstance(node, cst.For) else node.test)
                return [*head, Loop(self._suite(node.body))]
            case cst.With():
                heads = [action for item in node.items for action in self._do(item.item)]
                if any(self._is_span(item.item) or self._is_ended_after(item.item) for item in node.items):
                    return [Try(self._suite(node.body), (), catches_all=False, final=[Do(node, ends=True)])]
                return [*heads, *self._suite(node.body)]
            case cst.Try() | cst.TryStar():
                return self._try(node)
        return self._do(node)

    def _if(self, node: cst.If) -> list[Action[cst.CSTNode]]:
        other: list[Action[cst.CSTNode]] = []
        if isinstance(node.orelse, cst.If):
            other = self._if(node.orelse)
        elif node.orelse is not None:
            other = self._suite(node.orelse.body)
        then = self._suite(node.body)
        if _asks_for(node.test, self._variable):
            # `if span:`, `if span is not None:`: without a span there is nothing to end.
            return then
        return [*self._do(node.test), Branch((then, other))]

    def _try(self, node: cst.Try | cst.TryStar) -> list[Action[cst.CSTNode]]:
        if node.finalbody is not None and self._decides(node.finalbody.body):
            raise EscapedError
        return [
            Try(
                self._suite(node.body),
                tuple(self._suite(one.body) for one in node.handlers),
                catches_all=any(one.type is None or dotted_name(one.type) in _CATCHES_ALL for one in node.handlers),
                otherwise=self._suite(node.orelse.body) if node.orelse is not None else [],
                final=self._suite(node.finalbody.body) if node.finalbody is not None else [],
            )
        ]

    def _decides(self, body: cst.BaseSuite) -> bool:
        """`finally: if not replayed: span.end()`, where somebody means it to stay open otherwise."""
        return any(
            isinstance(one, cst.If)
            and one.orelse is None
            and not _asks_for(one.test, self._variable)
            and any(isinstance(action, Do) and action.ends for action in self._suite(one.body))
            for one in body.body
        )

    # Expressions.

    def _do(self, node: cst.CSTNode) -> list[Action[cst.CSTNode]]:
        """What an expression, or a statement without statements in it, does."""
        raises: cst.CSTNode | None = None
        starts = ends = escapes = False
        todo = [(node, False)]
        while todo:
            one, told = todo.pop()
            match one:
                case cst.Lambda():
                    self._closure(one)
                    continue
                case cst.Call() if one is self._start:
                    starts = True
                    continue
                case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value=name))) if (
                    name in _ENDS and self._is_span(inner)
                ):
                    ends = True
                    continue
                case cst.Call():
                    if any(self._is_span(arg.value) for arg in one.args):
                        spelt = dotted_name(one.func)
                        escapes = escapes or not spelt.endswith(("use_span", "set_span_in_context"))
                        ends = ends or _ENDING_NAME.search(spelt.rpartition(".")[2]) is not None
                    if raises is None and not told and not self._is_safe(one):
                        raises = one
                    # What a value for an attribute is made by: `span.set_attributes(describe(order))`.
                    told = told or dotted_name(one.func).startswith(f"{self._variable}.")
                    told = told or any(self._is_span(arg.value) for arg in one.args)
                case cst.Await() | cst.Yield() if raises is None:
                    raises = one
                case cst.Assign(value=value) | cst.AnnAssign(value=value) if value is not None and self._holds(value):
                    raise EscapedError
            todo += ((child, told) for child in children(one))
        return [Do(raises or node, raises is not None, starts, ends, escapes)]

    def _closure(self, node: cst.CSTNode) -> None:
        """Raises where a function inside may end the span."""
        todo = [node]
        while todo:
            one = todo.pop()
            match one:
                case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value=name))) if name in _ENDS:
                    if self._is_span(inner):
                        raise EscapedError
                case cst.Call() if any(self._is_span(arg.value) for arg in one.args):
                    raise EscapedError
            todo += children(one)

    def _is_span(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Name) and node.value == self._variable

    def _is_ended_after(self, node: cst.CSTNode) -> bool:
        """`with trace.use_span(span, end_on_exit=True)`."""
        return (
            isinstance(node, cst.Call)
            and dotted_name(node.func).endswith("use_span")
            and any(self._is_span(arg.value) for arg in node.args)
            and dotted_name(passed(node, 1, "end_on_exit")) == "True"
        )

    def _holds(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.IfExp(body=body, orelse=orelse):
                return self._holds(body) or self._holds(orelse)
            case cst.BooleanOperation(right=right, left=left):
                return self._holds(left) or self._holds(right)
            case cst.Tuple() | cst.List():
                return any(self._holds(element.value) for element in node.elements)
            case cst.Dict():
                return any(self._is_span(one.value) for one in node.elements)
        return self._is_span(node)

    def _is_safe(self, call: cst.Call) -> bool:
        spelt = _spelt(call.func)
        if any(self._is_span(arg.value) for arg in call.args):
            # `self._add_attribute(span, "plan", plan)`: what is told the span is no work.
            return True
        return spelt.partition(".")[0] == self._variable or _SAFE.search(spelt) is not None


def _spelt(func: cst.BaseExpression) -> str:
    """The name of what is called, and where it is called on no name just that of the method: `(given or {}).items`."""
    return dotted_name(func) or (f".{func.attr.value}" if isinstance(func, cst.Attribute) else "")


def _asks_for(test: cst.BaseExpression, variable: str) -> bool:
    match test:
        case cst.Name(value=name):
            return name == variable
        case cst.Comparison(left=cst.Name(value=name), comparisons=[cst.ComparisonTarget(operator=cst.IsNot())]):
            return name == variable
    return False
