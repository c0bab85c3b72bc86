"""Rules: static policies, one file each. A rule is found by being here: nothing else lists it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from inspect import isabstract, isclass
from pathlib import Path
from typing import Any

from ..lint import Rule
from ..lint.deferred import AnyRule
from ..lint.deferred import deferred as _deferred


def _discover() -> Iterator[Rule]:
    for folder in pkgutil.iter_modules(__path__):
        package = importlib.import_module(f"{__name__}.{folder.name}")
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                yield from _rules_of(f"{package.__name__}.{module.name}")


def _rules_of(name: str) -> Iterator[Rule]:
    module = importlib.import_module(name)
    for value in vars(module).values():
        if isclass(value) and issubclass(value, Rule) and value.__module__ == name and not isabstract(value):
            yield value()


@cache
def _all() -> tuple[Rule, ...]:
    return tuple(sorted(_discover(), key=lambda rule: rule.id))


ALL: tuple[Rule, ...]
"""Every rule, with its default options; all are loaded when somebody asks for it."""


def __getattr__(name: str) -> Any:
    if name == "ALL":
        return _all()
    raise AttributeError(name)


def deferred(folder: Path | None, stamp: str) -> tuple[AnyRule, ...]:
    """Every rule, none of them loaded where an earlier run has noted in `folder` what they are."""
    return _deferred(_all, folder, stamp)
