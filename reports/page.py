"""What every HTML page of ours shares: one file that needs no network, light and dark, and fit to print."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .escape import visible

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: color-mix(in srgb, currentColor 70%, transparent);
  --good: #2e7d32; --bad: #c62828; --warn: #9a6700; --note: #0277bd; --wash: #8881 }
@media (prefers-color-scheme: dark) {
  :root { --good: #66bb6a; --bad: #ef5350; --warn: #ffca28; --note: #4fc3f7 }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1rem }
h2 { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 2rem }
code, pre { font: .9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
@media print { body { max-width: none; padding: 0 } h2, h3 { break-after: avoid } }
"""


def document(title: str, style: str, body: Iterable[str]) -> str:
    """A whole page; `title` is plain text, `body` is HTML."""
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # A page without an icon makes a browser ask its server for one.
        '<link rel="icon" href="data:,">',
        f"<title>{safe(title)}</title><style>{_STYLE}{style}</style></head><body>",
    )
    return "\n".join((*head, *body, "</body></html>")) + "\n"


def safe(text: str) -> str:
    """Text of a user's in HTML."""
    return escape(visible(text))
