"""Which files of a project are tests, examples or pages: what they declare, nobody scrapes."""

from __future__ import annotations

import re

_TRIAL = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|__mocks__|specs?|e2e|examples?|example_\w+|samples?|benchmarks?|docs?|fixtures"
    r"|stories|tutorials?)/"
    r"|\.(?:md|mdx|ipynb)$|(?:^|/)(?:test_[^/]*|conftest|[^/]*_test)\.py$|\.(?:test|spec|stories|bench)\.[mc]?[jt]sx?$"
)


def is_trial(source: str) -> bool:
    """Whether a file is a test, an example or a page."""
    return _TRIAL.search(source) is not None
