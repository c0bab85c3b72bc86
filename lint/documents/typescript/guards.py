"""What the conditions around a place say about an expression: whether it is known to be one of few values there."""

from __future__ import annotations

from collections.abc import Iterator

from ...nodes import Boundedness
from ..binding import How
from .annotations import Types
from .names import Names
from .scopes import Site
from .tree import Node, arguments_of, elements_of, first_of, leaves, member_name, unwrap

Verdict = Boundedness | None
"""ENUM where a condition bounds the expression, UNKNOWN where one may, None where none says anything."""

_CONSTANTS = frozenset({"string", "number", "true", "false", "null", "undefined"})
_ASKS = frozenset({"has", "includes", "hasOwnProperty", "indexOf"})
_OWN = frozenset({"Object.hasOwn", "Reflect.has", "Object.prototype.hasOwnProperty.call"})
_FIXED_METHODS = frozenset({"keys", "values", "entries", "freeze", "from", "fromEntries"})
_DEPTH = 6


class Guards:
    """The conditions of a file."""

    def __init__(self, names: Names, types: Types) -> None:
        self.names = names
        self.types = types
        self.source = names.source

    def verdict_at(self, code: str, site: Site, since: int = -1) -> Verdict:
        """What holds at a site for the expression spelt `code`, from conditions tested after `since`."""
        verdicts = [self.verdict(test, holds, code, site) for test, holds in self._conditions(code, site, since)]
        return min((one for one in verdicts if one is not None), default=None)

    def _conditions(self, code: str, site: Site, since: int) -> Iterator[tuple[Node | None, bool]]:
        root = code.partition(".")[0]
        for block in site.block.ancestors():
            if block.node.start_byte >= since:
                yield from block.tests
                if block.matched is not None and self.source.code(block.matched) == code:
                    yield None, block.node.type == "switch_case"
            for test, body in block.guards:
                # After `if (!ALLOWED.has(x)) return`, or `x = 'other'`, what x was before is allowed.
                if since <= test.start_byte and body.end_byte < site.order and self._settles(body, root, site):
                    yield test, False

    def _settles(self, body: Node, name: str, site: Site) -> bool:
        if leaves(body):
            return True
        return any(
            one.how is How.ASSIGNED and body.start_byte <= one.site.order < body.end_byte
            for one in site.scope.definitions.get(name, ())
        )

    def verdict(self, test: Node | None, holds: bool, code: str, site: Site) -> Verdict:
        """What a condition that holds, or does not, says about the expression spelt `code`."""
        if test is None:
            return Boundedness.ENUM if holds else None
        test = unwrap(test)
        if test.type == "unary_expression":
            inner = test.child_by_field_name("argument")
            negates = test.child_by_field_name("operator")
            return self.verdict(inner, not holds, code, site) if negates and negates.type == "!" else None
        if test.type == "binary_expression":
            return self._binary(test, holds, code, site)
        if test.type == "call_expression" and holds:
            return self._asked(test, code, site)
        return None

    def _binary(self, test: Node, holds: bool, code: str, site: Site) -> Verdict:
        left, right = test.child_by_field_name("left"), test.child_by_field_name("right")
        sign = test.child_by_field_name("operator")
        if left is None or right is None or sign is None:
            return None
        if sign.type in ("&&", "||"):
            sides = (self.verdict(left, holds, code, site), self.verdict(right, holds, code, site))
            known = [side for side in sides if side is not None]
            if (sign.type == "&&") == holds:
                return min(known, default=None)
            return max(known) if len(known) == len(sides) else None
        if sign.type in ("===", "==", "!==", "!="):
            if sign.type.startswith("=") is not holds:
                return self._not_found(left, right, code, site) if not holds or sign.type[0] == "!" else None
            return self._equal(left, right, code)
        if sign.type == "in" and holds and self._is(left, code):
            return Boundedness.ENUM if self.is_fixed(right, site) else Boundedness.UNKNOWN
        if sign.type in (">=", ">") and holds:
            return self._not_found(left, right, code, site)
        return None

    def _equal(self, left: Node, right: Node, code: str) -> Verdict:
        for side, other in ((left, right), (right, left)):
            if self._is(side, code):
                other = unwrap(other)
                spelt = self.source.code(other)
                fixed = other.type in _CONSTANTS or spelt.rpartition(".")[2].isupper()
                return Boundedness.ENUM if fixed else None
        return None

    def _not_found(self, left: Node, right: Node, code: str, site: Site) -> Verdict:
        """`LIST.indexOf(x) !== -1`, `LIST.indexOf(x) >= 0`."""
        left = unwrap(left)
        if left.type != "call_expression" or self.source.code(right) not in ("-1", "0"):
            return None
        return self._asked(left, code, site)

    def _asked(self, call: Node, code: str, site: Site) -> Verdict:
        function, args = call.child_by_field_name("function"), arguments_of(call)
        if function is None or not args:
            return None
        if self.source.code(function) in _OWN and len(args) == 2 and self._is(args[1], code):
            return Boundedness.ENUM if self.is_fixed(args[0], site) else Boundedness.UNKNOWN
        if not self._is(args[0], code):
            return None
        if member_name(function, self.source) in _ASKS:
            return (
                Boundedness.ENUM if self.is_fixed(function.child_by_field_name("object"), site) else Boundedness.UNKNOWN
            )
        asked = self.names.function(function, site)
        if asked is not None and "type_predicate" in (_return_type(asked.node) or ""):
            predicate = asked.node.child_by_field_name("return_type")
            target = predicate.named_children[0].child_by_field_name("type") if predicate is not None else None
            return Boundedness.ENUM if target is not None and self.types.is_bounded(target) else Boundedness.UNKNOWN
        # `isKnownPlan(x)` of another module: whatever it asks, nobody can say that it does not.
        return Boundedness.UNKNOWN if self.source.code(function).startswith("is") else None

    def _is(self, node: Node, code: str) -> bool:
        """Whether an expression is the one spelt so, whatever it was cast to or turned into a string by."""
        node = unwrap(node)
        if self.source.code(node) == code:
            return True
        if node.type == "call_expression":
            function, args = node.child_by_field_name("function"), arguments_of(node)
            if function is not None and function.type == "member_expression":
                inner = function.child_by_field_name("object")
                return not args and inner is not None and self._is(inner, code)
            return len(args) == 1 and self._is(args[0], code)
        return False

    def is_fixed(self, node: Node | None, site: Site, depth: int = 0) -> bool:
        """Whether a container has its values from the source: a literal, a constant, an enumeration."""
        if node is None or depth > _DEPTH:
            return False
        node = unwrap(node)
        match node.type:
            case "array":
                return all(
                    one.type in _CONSTANTS
                    or (one.type == "spread_element" and self.is_fixed(first_of(one), site, depth + 1))
                    or self.source.code(one).rpartition(".")[2].isupper()
                    for one in elements_of(node)
                ) and bool(elements_of(node))
            case "object":
                return bool(elements_of(node))
            case "new_expression" | "call_expression":
                return self._is_made_of_fixed(node, site, depth)
            case "identifier" | "member_expression":
                return self._is_fixed_name(node, site, depth)
        return False

    def _is_made_of_fixed(self, node: Node, site: Site, depth: int) -> bool:
        """`new Set([…])`, `Object.keys(TABLE)`, `Object.values(Enum)`."""
        args = arguments_of(node)
        made = node.child_by_field_name("constructor") or node.child_by_field_name("function")
        name = self.source.code(made) if made is not None else ""
        if node.type == "new_expression":
            return name in ("Set", "Map") and bool(args) and self._is_table(args[0], site, depth)
        if name.startswith(("Object.", "Array.")) and name.rpartition(".")[2] in _FIXED_METHODS and args:
            return self.is_fixed(args[0], site, depth + 1)
        return False

    def _is_table(self, node: Node, site: Site, depth: int) -> bool:
        """The array that a `Set` or a `Map` is made of."""
        inner = unwrap(node)
        if inner.type == "array":
            return all(one.type == "array" for one in elements_of(inner)) or self.is_fixed(inner, site, depth + 1)
        return self.is_fixed(inner, site, depth + 1)

    def _is_fixed_name(self, node: Node, site: Site, depth: int) -> bool:
        if self.types.enumeration(node) is not None:
            return True
        made = self.names.origin(node, site)
        if made is not None and made[0].id != node.id:
            return self.is_fixed(made[0], made[1], depth + 1) and not self._grows(node, site)
        # A constant of another module, or of a class, is told by its spelling only.
        return self.source.code(node).rpartition(".")[2].lstrip("_#").isupper()

    def _grows(self, node: Node, site: Site) -> bool:
        """Whether something is put into an object after it was made."""
        code = self.source.code(node)
        return any(
            key.type != "property_identifier" for one in site.scope.chain() for key, _, _ in one.mutations.get(code, ())
        )


def _return_type(function: Node) -> str | None:
    declared = function.child_by_field_name("return_type")
    return declared.type if declared is not None else None
