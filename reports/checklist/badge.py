"""The share of criteria that are met, as a badge for a README (SVG)."""

from __future__ import annotations

from ...lint.checklist import Checklist
from ..view import View

_COLORS = ((90, "#2e7d32"), (70, "#b28704"), (0, "#c62828"))
_LABEL = "readiness"
_LABEL_WIDTH, _VALUE_WIDTH = 66, 44


def render(checklist: Checklist, view: View) -> str:
    """An SVG of 110 by 20 pixels that needs no font and no network."""
    value = f"{checklist.percent}%"
    color = next(color for least, color in _COLORS if checklist.percent >= least)
    width = _LABEL_WIDTH + _VALUE_WIDTH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"'
        f' aria-label="{_LABEL}: {value}"><title>{_LABEL}: {value}</title>'
        f'<rect width="{_LABEL_WIDTH}" height="20" fill="#444"/>'
        f'<rect x="{_LABEL_WIDTH}" width="{_VALUE_WIDTH}" height="20" fill="{color}"/>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,sans-serif" font-size="11">'
        f'<text x="{_LABEL_WIDTH / 2:g}" y="14">{_LABEL}</text>'
        f'<text x="{_LABEL_WIDTH + _VALUE_WIDTH / 2:g}" y="14">{value}</text></g></svg>\n'
    )
