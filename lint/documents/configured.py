"""Names of what is set once for a service, in any language."""

from __future__ import annotations

CONFIG_NAMES = frozenset("settings config conf cfg configuration options opts prefix namespace subsystem".split())
"""Names of objects that hold configuration, whatever module they come from."""
