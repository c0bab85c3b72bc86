"""Rules: static policies, one file each. A rule is found by being here: nothing else lists it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from inspect import isabstract, isclass

from ..lint import Rule


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


ALL: tuple[Rule, ...] = tuple(sorted(_discover(), key=lambda rule: rule.id))
"""Every rule, with its default options."""
