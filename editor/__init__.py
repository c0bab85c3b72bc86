"""
Editors: findings while typing, over the Language Server Protocol (3.17).

`desk.py` knows what was found in the open folders, `protocol.py` turns it into the protocol's values,
`server.py` speaks to the editor.
Imported by `obsaudit lsp` alone, which hands in how to lint and what the page of a rule is.
"""

from __future__ import annotations

from .desk import Lint, Page
from .server import serve

__all__ = ["Lint", "Page", "serve"]
