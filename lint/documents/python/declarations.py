"""Which calls declare an instrument, and what their arguments are for."""

from __future__ import annotations

import libcst as cst

from ...record import Record
from .arguments import passed
from .libraries import METER_METHODS, OTHER_CLASSES, PROMETHEUS_CLIENT, Role, Signature
from .names import Names
from .scopes import Site
from .tree import dotted_name


class Declared(Record, eq=False):
    """A call that makes an instrument, with the way to read its arguments."""

    call: cst.Call
    site: Site
    signature: Signature

    def argument(self, role: Role) -> cst.BaseExpression | None:
        """The argument that plays a role."""
        keyword, parameters = self.signature.parameter(role), self.signature.parameters
        if keyword is None:
            return None
        return passed(self.call, parameters.index(keyword) if keyword in parameters else None, keyword)

    @property
    def hidden(self) -> cst.BaseExpression | None:
        """What is passed by `*args` or `**options`, and may say anything."""
        return next((arg.value for arg in self.call.args if arg.star), None)


class Declarations:
    """The declarations of a file's instruments."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def of(self, call: cst.Call, site: Site) -> Declared | None:
        """The declaration that a call is, if it is one."""
        signature = self._signature(call.func, site)
        return Declared(call, site, signature) if signature is not None and call.args else None

    def _signature(self, func: cst.BaseExpression, site: Site) -> Signature | None:
        if isinstance(func, cst.Attribute) and func.attr.value in METER_METHODS:
            return METER_METHODS[func.attr.value] if self._is_meter(func.value, site) else None
        path = self._names.path(func, site)
        if path is not None:
            return _known(path)
        klass = self._names.klass(func, site)
        if klass is None:
            return None
        outside = self._names.outline.outside(klass)
        paths = [self._names.path(base, outside) for base in klass.bases]
        return next((known for one in paths if one and (known := _known(one))), None)

    def _is_meter(self, node: cst.BaseExpression, site: Site) -> bool:
        if "meter" in dotted_name(node).rpartition(".")[2].lower():
            return True
        if isinstance(node, cst.Call):
            return dotted_name(node.func).rpartition(".")[2] in ("get_meter", "_get_meter")
        return any(
            isinstance(one.value, cst.Call) and dotted_name(one.value.func).rpartition(".")[2] == "get_meter"
            for one in self._names.definitions(node, site)
        )


def _known(path: str) -> Signature | None:
    root, _, rest = path.partition(".")
    if root == "prometheus_client" and rest:
        return PROMETHEUS_CLIENT.get(rest.rpartition(".")[2])
    return OTHER_CLASSES.get(path)
