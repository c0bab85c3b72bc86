"""What a name stands for: imports, aliases, attributes of `self`, classes and functions of the module."""

from __future__ import annotations

import re
from functools import cached_property

import libcst as cst

from ..binding import LATEST, How
from .outline import outline
from .scopes import Definition, Frame, Outline, Scope, Site, bindings
from .sources import BUILTINS, ENUM_BASES
from .tree import Tree

_DEPTH = 12
_IMPORTED = re.compile(r"^[ \t]*(?:from[ \t]+(\w+)|import[ \t]+([^\n#;]*))", re.MULTILINE)
_ROOT = re.compile(r"(?:^|,)[ \t]*(\w+)")


class Names:
    """The names of a file."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.outline: Outline = outline(tree.module)

    @cached_property
    def imports(self) -> dict[str, str]:
        """Every imported name of the file, wherever it is imported, with its dotted path."""
        scopes = [self.outline.module, *self.outline.functions, *self.outline.classes]
        return {
            one.name: one.target
            for scope in scopes
            for found in scope.definitions.values()
            for one in found
            if one.how is How.IMPORTED and one.target
        }

    @cached_property
    def roots(self) -> frozenset[str]:
        """The top-level packages that the file imports from, those of imports that were not parsed too."""
        lines = _IMPORTED.findall(self.tree.text.value)
        return frozenset(root for package, packages in lines for root in (package, *_ROOT.findall(packages)) if root)

    def path(self, node: cst.CSTNode | None, site: Site, depth: int = 0) -> str | None:
        """
        The dotted path that an expression stands for: `prometheus_client.Counter`, `.metrics.REQUESTS`, `builtins.str`.

        None for what is made in this file or cannot be followed.
        """
        if depth > _DEPTH:
            return None
        match node:
            case cst.Name(value=name):
                return self._path_of_name(name, site, depth)
            case cst.Attribute(value=value, attr=cst.Name(value=name)):
                outer = self.path(value, site, depth + 1)
                return f"{outer}.{name}" if outer else self._path_of_member(node, site, depth)
            case cst.Subscript(value=value):
                # `Counter[int]` is the class, whatever its parameters.
                return self.path(value, site, depth + 1) if isinstance(value, cst.Name | cst.Attribute) else None
        return None

    def _path_of_name(self, name: str, site: Site, depth: int) -> str | None:
        found = bindings(name, site)
        if not found:
            return f"builtins.{name}" if name in BUILTINS else None
        paths = {self._path_of(one, depth) for one in found}
        # The usual `try: import x except ImportError: x = None` binds a name twice, and once to something.
        known = {path for path in paths if path}
        return known.pop() if len(known) == 1 else None

    def _path_of_member(self, node: cst.Attribute, site: Site, depth: int) -> str | None:
        """The path that a class keeps in an attribute: `self._counter_class = prometheus_client.Counter`."""
        paths = {self._path_of(one, depth) for one in self.definitions(node, site)}
        return paths.pop() if len(paths) == 1 else None

    def _path_of(self, one: Definition, depth: int) -> str | None:
        if one.how is How.IMPORTED:
            return one.target
        if one.how is How.ASSIGNED and not one.path and isinstance(one.value, cst.Name | cst.Attribute):
            return self.path(one.value, one.site, depth + 1)
        return None

    def definitions(self, node: cst.CSTNode, site: Site) -> tuple[Definition, ...]:
        """The definitions in this file that a name or an attribute of `self` or of a class refers to."""
        match node:
            case cst.Name(value=name):
                return bindings(name, site)
            case cst.Attribute(value=cst.Name(value=base), attr=cst.Name(value=name)):
                owner = self.class_of(base, site)
                return self.members(owner, name) if owner else ()
        return ()

    def class_of(self, base: str, site: Site) -> Scope | None:
        """The class that `self`, `cls` or a class's own name refers to."""
        scope: Scope | None = site.scope
        while scope is not None:
            if scope.owner is not None and scope.kind == "function" and base == scope.receiver:
                return scope.owner
            scope = scope.parent
        found = bindings(base, site)
        klass = next((one.scope for one in found if one.how is How.CLASS), None)
        return klass or (self._class_of_instance(found[0]) if len(found) == 1 else None)

    def _class_of_instance(self, one: Definition) -> Scope | None:
        """The class of this file that a name is bound to an object of: `telemetry = Telemetry()`."""
        if one.how is not How.ASSIGNED or one.path or not isinstance(one.value, cst.Call):
            return None
        func = one.value.func
        return self.klass(func, one.site) if isinstance(func, cst.Name) else None

    def members(self, owner: Scope, name: str, depth: int = 0) -> tuple[Definition, ...]:
        """What a class binds to an attribute, in its body or through `self`, or inherits from a class of this file."""
        own = (*owner.definitions.get(name, ()), *owner.attributes.get(name, ()))
        if own or depth > _DEPTH:
            return own
        site = Site(owner, self.outline.root, LATEST)
        for base in owner.bases:
            for one in self.definitions(base, site):
                if one.how is How.CLASS and one.scope is not None and one.scope is not owner:
                    inherited = self.members(one.scope, name, depth + 1)
                    if inherited:
                        return inherited
        return ()

    def function(self, node: cst.CSTNode, site: Site) -> Scope | None:
        """The function of this file that a call's target refers to, if it is exactly one."""
        found = self.definitions(node, site)
        if len(found) != 1:
            return None
        only = found[0]
        if only.how is How.FUNCTION:
            return only.scope
        if only.how is How.ASSIGNED and isinstance(only.value, cst.Lambda):
            return next((one for one in self.outline.functions if one.node is only.value), None)
        return None

    def klass(self, node: cst.CSTNode, site: Site) -> Scope | None:
        """The class of this file that an expression refers to."""
        return next((one.scope for one in self.definitions(node, site) if one.how is How.CLASS), None)

    def is_enum(self, node: cst.CSTNode, site: Site, depth: int = 0) -> bool:
        """Whether an expression names an enumeration, by its bases here or by the name it is imported under."""
        scope = self.klass(node, site)
        if scope is None or depth > _DEPTH:
            path = self.path(node, site)
            return path is not None and path.rpartition(".")[2] in ENUM_BASES
        outside = self.outline.outside(scope)
        return any(
            _last(base) in ENUM_BASES or self.is_enum(base, outside, depth + 1)
            for base in scope.bases
            if base is not node
        )


def frame_for(frame: Frame | None, scope: Scope) -> Frame | None:
    """The innermost call being followed whose function is `scope`."""
    while frame is not None and frame.scope is not scope:
        frame = frame.outer
    return frame


def _last(node: cst.CSTNode) -> str:
    match node:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
    return ""
