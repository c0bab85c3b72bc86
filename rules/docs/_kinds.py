"""What a page is about, by its title and its file's name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ...lint.nodes import Page

_COST = re.compile(r"\bcosts?\b|\bfinops\b", re.I)
_ONBOARDING = re.compile(r"\bon-?boarding\b|\bgetting started on call\b", re.I)


def is_cost_document(page: Page) -> bool:
    """Whether a page is about what telemetry costs."""
    return _COST.search(_names(page)) is not None


def is_onboarding(page: Page) -> bool:
    """Whether a page brings new people in."""
    return _ONBOARDING.search(_names(page)) is not None


def _names(page: Page) -> str:
    stem = re.sub(r"[-_]", " ", PurePosixPath(page.at.source).stem)
    return f"{page.title.value if page.title is not None else ''} {stem}"
