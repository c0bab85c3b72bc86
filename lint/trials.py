"""Which files of a project are tests, examples, pages or programs for a person: what they declare, nobody scrapes."""

from __future__ import annotations

import re

from .finding import Confidence

_TEST = re.compile(
    r"(?:^|/)(?:tests?|testing|testdata|__tests__|__mocks__|specs?|e2e)/"
    r"|(?:^|/)(?:test_[^/]*|conftest|[^/]*_test)\.py$|\.(?:test|spec|stories|bench)\.[mc]?[jt]sx?$"
)
_SHOWN = re.compile(
    r"(?:^|/)(?:examples?|example_\w+|samples?|benchmarks?|docs?|fixtures|stories|tutorials?)/|\.(?:md|mdx|ipynb)$"
)
_BY_HAND = re.compile(
    r"(?:^|/)(?:cli|cmds?|commands?|bin|migrations?|alembic|scripts?|tools?)/|(?:^|/)(?:cli|manage|__main__)\.\w+$"
)


def is_test(source: str) -> bool:
    """Whether a file is a test."""
    return _TEST.search(source) is not None


def is_trial(source: str) -> bool:
    """Whether a file is a test, an example or a page."""
    return is_test(source) or _SHOWN.search(source) is not None


def confidence_at(source: str) -> Confidence:
    """How sure a finding is that would be none if what the file holds were made up."""
    return Confidence.LOW if is_trial(source) else Confidence.HIGH


def is_by_hand(source: str) -> bool:
    """Whether a file is of a program that somebody runs by hand, and looks at."""
    return _BY_HAND.search(source) is not None
