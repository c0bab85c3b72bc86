"""Imports: which module a statement imports, and under which names."""

from __future__ import annotations

from collections.abc import Iterator

from .tree import Node, Source, elements_of, literal_text, unwrap

_WRAPPERS = frozenset({"__importDefault", "__importStar", "_interopRequireDefault", "_interopRequireWildcard"})


def module_of(statement: Node, source: Source) -> str | None:
    """The module of `import … from 'm'` and of `import m = require('m')`; None where no name is imported."""
    clause = _clause(statement)
    if clause is None:
        return None
    holder = clause if clause.type == "import_require_clause" else statement
    return literal_text(holder.child_by_field_name("source"), source)


def names_of(statement: Node, module: str, source: Source) -> Iterator[tuple[str, str]]:
    """Each name that an `import` statement binds, and what it stands for: `m` or `m.name`."""
    clause = _clause(statement)
    for child in clause.named_children if clause is not None else ():
        if child.type == "identifier":
            yield source.code(child), module
        elif child.type == "namespace_import":
            yield from ((source.code(name), module) for name in child.named_children)
        elif child.type == "named_imports":
            yield from _specified(child, module, source)


def required(value: Node, source: Source) -> str | None:
    """The module of `require('m')`, with what compilers put around it, and `.name` after it."""
    value = unwrap(value)
    if value.type == "member_expression":
        inner, name = value.child_by_field_name("object"), value.child_by_field_name("property")
        module = required(inner, source) if inner is not None and inner.type == "call_expression" else None
        return f"{module}.{source.code(name)}" if module and name is not None else None
    function, arguments = value.child_by_field_name("function"), value.child_by_field_name("arguments")
    args = elements_of(arguments) if arguments is not None else []
    if value.type != "call_expression" or function is None or not args:
        return None
    called = source.code(function).rpartition(".")[2]
    if called in ("require", "import"):
        return literal_text(args[0], source)
    return required(args[0], source) if called in _WRAPPERS else None


def _clause(statement: Node) -> Node | None:
    return next((child for child in statement.named_children if child.type.startswith("import_")), None)


def _specified(names: Node, module: str, source: Source) -> Iterator[tuple[str, str]]:
    """`{ a, b as c }`."""
    for child in names.named_children:
        name = child.child_by_field_name("name")
        if child.type == "import_specifier" and name is not None:
            local = child.child_by_field_name("alias") or name
            yield source.code(local), f"{module}.{source.code(name)}"
