"""What was meant as a pattern, as a regular expression that matches the whole value."""

import pytest

from obsaudit.rules.collector.glob_as_literal import anchored


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("billing.*", r"^billing\..*$"),
        ("/api/*", "^/api/.*$"),
        ("*.internal", r"^.*\.internal$"),
        ("a.b.*.c", r"^a\.b\..*\.c$"),
        ("^checkout$", "^checkout$"),
        ("(a|b)", "^(a|b)$"),
        (r"v\d", r"^v\d$"),
    ],
)
def test_a_pattern_is_anchored(written, meant):
    """
    A dot before a star is a dot: `billing.*` is meant to match `billing.checkout`, and no `billings`.
    """
    assert meant == anchored(written)
