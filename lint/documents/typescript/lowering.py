"""The statements of a function as steps of a span's life."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..paths import Action, Branch, Call, Do, Exit, Leave, Loop, Try
from .names import Names
from .raising import is_safe, makes_safely
from .scopes import Site
from .tree import FUNCTIONS, Node, Source, arguments_of, elements_of, first_of, member_name, unwrap

_ENDS = frozenset({"end", "finish"})
_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_NESTED = FUNCTIONS | {"class", "class_declaration", "abstract_class_declaration"}
_CONTEXT_CALLS = re.compile(r"(?:^|\.)(?:with|withActiveSpan|withSpan|runWithSpan|bind)$")
# `if (endWhenDone) span.end()`: the caller decides.
_DECIDES = re.compile(r"\b(?:should|auto|manual|will|do)?[eE]nd[A-Z]\w*|\bautoEnd\b|\bmanualEnd\b")
# `recordError(span, err)` of another file: it says something about the span, and does not end it.
_DESCRIBES = re.compile(
    r"^(?:record|annotate|enrich|describe)(?:[A-Z_]|$)|^(?:set|add)\w*(?:Error|Status|Attribute|Event|Exception|Tag)"
)
_ENDING_NAME = re.compile(r"end|finish|close|finali[sz]e|complete|stop", re.IGNORECASE)


class EscapedError(Exception):
    """The span is stored, returned, or ended by a function that runs at another time."""


class Lowering:
    """Turns statements into steps, for one span variable."""

    def __init__(self, names: Names, variable: str, start: Node | None, site: Site) -> None:
        self._names = names
        self._source: Source = names.source
        self._variable = variable
        self._start = start
        self._site = site
        self._handling = False
        """Inside `catch` or `finally`: what these call to report and to clean up is not expected to raise in turn."""

    def body(self, function: Node) -> list[Action[Node]]:
        """The steps of a function's body; raises `EscapedError`."""
        body = function.child_by_field_name("body")
        if body is None:
            return []
        if body.type == "statement_block":
            return self.statements(elements_of(body))
        return [*self._do(body), Leave(body, Exit.RETURN)]

    def statements(self, nodes: Iterable[Node]) -> list[Action[Node]]:
        """The steps of statements; raises `EscapedError`."""
        return [action for node in nodes for action in self._statement(node)]

    def _statement(self, node: Node) -> list[Action[Node]]:
        match node.type:
            case "statement_block" | "else_clause" | "finally_clause":
                return self.statements(elements_of(node))
            case "return_statement":
                value = first_of(node)
                return [*(self._returned(value) if value is not None else []), Leave(node, Exit.RETURN)]
            case "throw_statement":
                return [*self._do(node), Leave(node, Exit.RAISE)]
            case "break_statement" | "continue_statement":
                return [Leave(node, Exit.BREAK)]
        if node.type in _NESTED:
            self._closure(node, None)
            return []
        return self._compound(node)

    def _compound(self, node: Node) -> list[Action[Node]]:
        match node.type:
            case "if_statement":
                return self._if(node)
            case "switch_statement":
                return self._switch(node)
            case "try_statement":
                return self._try(node)
            case "labeled_statement":
                body = node.child_by_field_name("body")
                return self._statement(body) if body is not None else []
        return self._loop(node) if node.type in _LOOPS else self._do(node)

    def _returned(self, value: Node) -> list[Action[Node]]:
        if self._mentions_bare(value):
            raise EscapedError
        return self._do(value)

    def _if(self, node: Node) -> list[Action[Node]]:
        test, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        other = node.child_by_field_name("alternative")
        head = self._do(test) if test is not None else []
        arms = [self._statement(one) if one is not None else [] for one in (then, other)]
        if test is not None and _DECIDES.search(self._source.code(test)):
            raise EscapedError
        if test is not None and self._source.code(test).strip("()! ") == self._variable:
            # `if (span) { … }`: without a span there is nothing to end.
            return [*head, *arms["!" in self._source.code(test)]]
        return [*head, Branch((arms[0], arms[1]))]

    def _switch(self, node: Node) -> list[Action[Node]]:
        value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        cases = elements_of(body) if body is not None else []
        arms = [self.statements(elements_of(case)[case.type == "switch_case" :]) for case in cases]
        if all(case.type != "switch_default" for case in cases):
            arms.append([])
        return [*(self._do(value) if value is not None else []), Loop([Branch(tuple(arms))], once=True)]

    def _try(self, node: Node) -> list[Action[Node]]:
        body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
        final = node.child_by_field_name("finalizer")
        caught = handler.child_by_field_name("body") if handler is not None else None
        tried = self._statement(body) if body is not None else []
        outer, self._handling = self._handling, True
        handled = self._statement(caught) if caught is not None else []
        ended = self._statement(final) if final is not None else []
        self._handling = outer
        handlers = (handled,) if caught is not None else ()
        return [Try(tried, handlers, catches_all=caught is not None, final=ended)]

    def _loop(self, node: Node) -> list[Action[Node]]:
        body = node.child_by_field_name("body")
        heads = [child for child in elements_of(node) if body is None or child.id != body.id]
        head = [action for child in heads for action in self._do(child)]
        inner = self._statement(body) if body is not None else []
        return [*head, Loop(inner, once=node.type == "do_statement")]

    # Expressions.

    def _do(self, node: Node) -> list[Action[Node]]:
        """What an expression, or a statement without statements in it, does."""
        raises: Node | None = None
        starts = ends = escapes = settled = False
        inlined: list[Action[Node]] = []
        todo = [(node, False)]
        while todo:
            one, told = todo.pop()
            if one.type in FUNCTIONS:
                done, called = self._closure(one, one.parent.parent if one.parent is not None else None)
                settled = settled or done
                inlined += called
                continue
            if self._start is not None and one.id == self._start.id:
                starts = True
                continue
            if one.type in ("call_expression", "new_expression"):
                if self._is_end(one):
                    ends = True
                    continue
                escapes = self._takes_span(one) or escapes
                by_other = self._is_ended_by(one)
                ends = ends or by_other
                awaited = one.parent is not None and one.parent.type == "await_expression"
                if raises is None and not by_other and (awaited or not told) and self._may_raise(one, awaited):
                    raises = one.parent if awaited else one
                # What a value for an attribute is made by: `span.setAttributes(describe(order))`.
                told = told or self._is_method(one)
            elif one.type == "await_expression" and raises is None and unwrap(one).type != "call_expression":
                raises = one
            elif one.type in ("assignment_expression", "variable_declarator", "pair", "array"):
                self._check_stored(one)
            elif one.type == "shorthand_property_identifier" and self._source.code(one) == self._variable:
                escapes = True
            todo += ((child, told) for child in one.named_children)
        # `work().finally(() => span.end())` ends it whatever becomes of the work.
        fails = raises is not None and not inlined and not settled
        return [*inlined, Do(raises or node, fails, starts, ends or settled, escapes)]

    def _closure(self, function: Node, call: Node | None) -> tuple[bool, list[Action[Node]]]:
        """Whether a function inside ends the span, and its steps where it runs here and now."""
        code = self._source.code(function)
        if not re.search(rf"\b{re.escape(self._variable)}\b", code):
            return False, []
        callee = call.child_by_field_name("function") if call is not None and call.type == "call_expression" else None
        spelt = self._source.code(callee) if callee is not None else ""
        if callee is not None and _CONTEXT_CALLS.search(spelt):
            return False, [Call(self.body(function))]
        name = re.escape(self._variable)
        if not re.search(rf"\b{name}\??\.(?:end|finish)\b|[(,]\s*{name}\s*[,)]", code):
            return False, []
        if callee is not None and member_name(callee, self._source) == "finally":
            return True, []
        if call is not None and callee is not None and self._is_only_then(call, callee):
            return False, [Do(call, True), Call(self.body(function))]
        raise EscapedError

    def _is_only_then(self, call: Node, callee: Node) -> bool:
        """`work().then(() => span.end())`, where nobody ends it if the work fails."""
        if member_name(callee, self._source) != "then" or len(arguments_of(call)) != 1:
            return False
        before = callee.child_by_field_name("object")
        chained = call.parent is not None and call.parent.type == "member_expression"
        return not chained and before is not None and ".catch(" not in self._source.code(before)

    def _is_end(self, call: Node) -> bool:
        function = call.child_by_field_name("function")
        if function is None or member_name(function, self._source) not in _ENDS:
            return False
        holder = function.child_by_field_name("object")
        while holder is not None and holder.type == "call_expression":
            # `span.setStatus(…).end()`
            inner = holder.child_by_field_name("function")
            holder = inner.child_by_field_name("object") if inner is not None else None
        return holder is not None and self._is_span(holder)

    def _is_span(self, node: Node) -> bool:
        node = unwrap(node)
        return node.type == "identifier" and self._source.code(node) == self._variable

    def _takes_span(self, call: Node) -> bool:
        """Whether a call is handed the span, and may do anything with it."""
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        if callee is None or not any(self._is_span(arg) for arg in arguments_of(call)):
            return False
        followed = self._names.function(callee, self._site)
        if followed is None:
            return _DESCRIBES.search(self._source.code(callee).rpartition(".")[2]) is None
        return re.search(r"\.(?:end|finish)\(", self._source.code(followed.node)) is not None

    def _is_ended_by(self, call: Node) -> bool:
        """`endSpan(span)`, and a function of the file that ends what it is given."""
        callee = call.child_by_field_name("function")
        if callee is None or not any(self._is_span(arg) for arg in arguments_of(call)):
            return False
        spelt = self._source.code(callee).rpartition(".")[2]
        followed = self._names.function(callee, self._site)
        if followed is not None:
            return re.search(r"\.(?:end|finish)\(", self._source.code(followed.node)) is not None
        return _ENDING_NAME.search(spelt) is not None

    def _may_raise(self, call: Node, awaited: bool) -> bool:
        if awaited:
            return not self._is_method(call)
        safe = self._handling or self._is_safe(call) or self._is_promise(call)
        return not (safe or any(self._is_span(arg) for arg in arguments_of(call)))

    def _is_promise(self, call: Node) -> bool:
        """`const result = work(); return result.finally(…)`: what makes a promise fails in it, and not before."""
        maker = call.parent
        name = maker.child_by_field_name("name") if maker is not None and maker.type == "variable_declarator" else None
        block = maker.parent.parent if name is not None and maker is not None and maker.parent is not None else None
        if name is None or block is None:
            return False
        later = rf"\b{re.escape(self._source.code(name))}\s*\.(?:then|catch|finally)\("
        return re.search(later, self._source.code(block)) is not None

    def _is_method(self, call: Node) -> bool:
        callee = call.child_by_field_name("function")
        return callee is not None and self._source.code(callee).startswith(
            (f"{self._variable}.", f"{self._variable}?.")
        )

    def _is_safe(self, call: Node) -> bool:
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        if callee is None:
            return True
        spelt, given = self._source.code(callee).replace("?.", "."), bool(arguments_of(call))
        if call.type == "new_expression":
            return makes_safely(spelt, given)
        return spelt.partition(".")[0] == self._variable or is_safe(spelt, given)

    def _check_stored(self, node: Node) -> None:
        """Raises where the span is kept: `this.span = span`, `{span: span}`, `[span]`."""
        value = node.child_by_field_name("right") or node.child_by_field_name("value")
        wraps = value is not None and node.type == "assignment_expression" and value.type == "call_expression"
        if value is not None and wraps and any(self._is_span(arg) for arg in arguments_of(value)):
            # `callback = endingSpan(span, callback)`
            raise EscapedError
        kept = [value] if value is not None else elements_of(node) if node.type == "array" else []
        if any(one is not None and self._may_be_span(one) for one in kept):
            raise EscapedError

    def _may_be_span(self, value: Node) -> bool:
        """The span itself, or one side of `valid ? span : undefined`, of `sampled && span`."""
        value = unwrap(value)
        operator = value.child_by_field_name("operator")
        if operator is not None and self._source.code(operator) not in ("&&", "||", "??"):
            return False
        sides = (value.child_by_field_name(one) for one in ("consequence", "alternative", "left", "right"))
        return self._is_span(value) or any(side is not None and self._may_be_span(side) for side in sides)

    def _mentions_bare(self, value: Node) -> bool:
        value = unwrap(value)
        if self._is_span(value):
            return True
        if value.type == "object":
            return any(
                self._source.code(child) == self._variable
                if child.type == "shorthand_property_identifier"
                else self._mentions_bare(child.child_by_field_name("value") or child)
                for child in elements_of(value)
                if child.type in ("pair", "shorthand_property_identifier")
            )
        return value.type == "array" and any(self._mentions_bare(one) for one in elements_of(value))
