"""Single values of Prometheus' configuration: what shape they have, and whether anybody knows them yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from ..telemetry.duration import seconds
from .tree import Tree

# What another tool fills in: nothing is known of its value.
_OPEN = re.compile(r"\{\{|\{%|\$\{?\w|\$\(|^<.*>$|^%\w", re.S)
_SIZE = re.compile(r"0|\d+(?:\.\d+)?(?:B|[KMGTPE]i?B)")
_BOOLEANS = frozenset("true false yes no on off y n".split())


def misfit(value: str, shape: str) -> str | None:
    """What is wrong with a scalar."""
    fits = _SHAPES.get(shape)
    if fits is not None:
        return None if fits[0](value) else fits[1]
    if value in shape.split("|"):
        return None
    words = shape.split("|")
    return f"is {', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else f"is {words[0]}"


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https", "socks5", "socks5h") and bool(parts.netloc)


_SHAPES: dict[str, tuple[Callable[[str], object], str]] = {
    "bool": (lambda value: value.lower() in _BOOLEANS, "is true or false"),
    "int": (re.compile(r"\d+|0x[0-9a-fA-F]+").fullmatch, "is a whole number"),
    "duration": (lambda value: seconds(value) is not None, "is a duration such as `30s`"),
    "size": (_SIZE.fullmatch, "is a size with its unit, such as `10MB`"),
    "address": (re.compile(r"[^/\s]+").fullmatch, "is a host and a port, without a scheme and a path"),
    "url": (_is_url, "is a URL with its scheme"),
}


def is_open(tree: Tree) -> bool:
    """Whether another tool fills the value in."""
    # `{{ .Values.x }}` without quotes is a mapping in a mapping.
    if tree.is_flow and any(key.is_mapping for key, _ in tree.entries()):
        return True
    return tree.scalar is not None and _OPEN.search(tree.scalar) is not None


def is_empty(tree: Tree) -> bool:
    """Whether nothing is given: null, an empty string, an empty list."""
    return tree.is_null or tree.scalar == "" or (tree.is_sequence and next(tree.elements(), None) is None)


def is_zero(tree: Tree) -> bool:
    """Whether the value is 0."""
    return tree.scalar is not None and tree.scalar.strip() == "0"


def number(tree: Tree) -> float:
    """The value as a number; 0 for what is none."""
    try:
        return float(tree.scalar or "")
    except ValueError:
        return 0.0


def length(tree: Tree) -> float:
    """The value as a duration in seconds; 0 for what is none."""
    return seconds(tree.scalar or "") or 0.0
