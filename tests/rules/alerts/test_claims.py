"""What the words of an annotation claim."""

import pytest

from obsaudit.rules.alerts._claims import claims


def said(text):
    """Each claim of a text: the words, whether upward, whether exact."""
    return [(text[claim.start : claim.end], claim.upward, claim.exact) for claim in claims(text, 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("failure rate > 5%", [("> 5%", True, True)]),
        ("more than 10 requests fail", [("more than 10", True, False)]),
        ("which is below the threshold of 20.", [("below the threshold of 20", False, False)]),
        ("is down for 5 minutes", [("for 5 minutes", None, True)]),
        ("for more than 15m", [("for more than 15m", None, True)]),
        ("over the last 10 minutes", [("over the last 10 minutes", None, False)]),
        ("the 99th percentile of p95 on node-3", []),
        ("see RFC 2822, section 3", []),
        ("above 1.2.3", []),
        ("above 10.0.0.1/24", []),
        ("for 3 pods", []),
    ],
)
def test_claims_are_read_from_words(text, expected):
    """
    A comparison or a duration is a claim; a number that stands alone is none.
    """
    assert expected == said(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("> 5%", 0.05),
        ("> 500ms", 0.5),
        ("> 4 hours", 14400.0),
        ("> 2GiB", 2 * 1024.0**3),
        ("> 2GB", 2e9),
        ("> 5 minutes", 300.0),
        ("> 7", 7.0),
    ],
)
def test_a_number_means_something_in_its_unit(text, meaning):
    """
    The unit tells what a number means in the base unit.
    """
    (claim,) = claims(text, 0)

    assert any(abs(meaning - value) < 1e-9 * max(1, meaning) for value in claim.meanings)


def test_offsets_count_from_the_template():
    """
    A claim's place is that in the whole template, of which the text is a part.
    """
    (claim,) = claims("at > 5%", 100)

    assert (103, 107) == (claim.start, claim.end)
