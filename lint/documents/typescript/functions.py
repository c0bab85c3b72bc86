"""What a function says about itself: its parameters, its name, what it is handed to, whether it is exported."""

from __future__ import annotations

from .scopes import Parameter
from .tree import FIELDS, Node, Source, elements_of

_KEPT = frozenset({"accessibility_modifier", "override_modifier", "readonly"})
_DECLARES = frozenset(
    {"variable_declarator", "lexical_declaration", "variable_declaration", "parenthesized_expression"}
)
_NAMED_BY = {"variable_declarator": "name", "pair": "key", "assignment_expression": "left"}


def parameters_of(function: Node, source: Source) -> tuple[Parameter, ...]:
    """The parameters of a function, without the type of its `this`."""
    single = function.child_by_field_name("parameter")
    listed = function.child_by_field_name("parameters")
    nodes = [single] if single is not None else elements_of(listed) if listed is not None else []
    parameters = map(_parameter, nodes)
    return tuple(one for one in parameters if source.code(one.pattern) != "this")


def _parameter(node: Node) -> Parameter:
    if node.type in ("required_parameter", "optional_parameter"):
        pattern = node.child_by_field_name("pattern") or node
        return Parameter(
            pattern,
            annotation=node.child_by_field_name("type"),
            default=node.child_by_field_name("value"),
            decorators=tuple(child for child in node.named_children if child.type == "decorator"),
            rest=_is_rest(pattern),
            kept=any(child.type in _KEPT for child in node.children),
        )
    if node.type == "assignment_pattern":
        return Parameter(node.child_by_field_name("left") or node, default=node.child_by_field_name("right"))
    return Parameter(node, rest=_is_rest(node))


def _is_rest(node: Node) -> bool:
    return node.type == "rest_pattern"


def name_of(function: Node, source: Source) -> str:
    """What a function is called: by its own name, or by the variable or property that it is assigned to."""
    own = function.child_by_field_name("name")
    if own is not None:
        return source.code(own)
    parent = function.parent
    if parent is None:
        return ""
    field = _NAMED_BY.get(parent.type)
    if parent.type in FIELDS:
        field = "name" if parent.type == "public_field_definition" else "property"
    named = parent.child_by_field_name(field) if field else None
    return source.code(named).rpartition(".")[2] if named is not None else ""


def callee_of(function: Node) -> Node | None:
    """The call that a function is handed to, directly or in an object of options."""
    parent = function.parent
    if parent is not None and parent.type == "pair":
        parent = parent.parent.parent if parent.parent is not None else None
    if parent is not None and parent.type == "arguments":
        return parent.parent
    return None


def is_exported(node: Node) -> bool:
    """Whether a function, or a variable, is exported where it is declared."""
    around = node.parent
    while around is not None and around.type in _DECLARES:
        around = around.parent
    return around is not None and around.type == "export_statement"
