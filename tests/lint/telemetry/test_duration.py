"""Prometheus durations."""

import pytest

from obsaudit.lint.telemetry.duration import seconds, spell


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (300.0, "5m"),
        (5400.0, "1h30m"),
        (0.5, "500ms"),
        (0.0, "0"),
        (0.0, "0s"),
        (788490061.007, "25y1d1h1m1s7ms"),
        (60.0, " 1m "),
    ],
)
def test_what_prometheus_reads(expected, text):
    """
    Units from years to milliseconds, the greater ones first.
    """
    assert expected == seconds(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "5", "5min", "1m1h", "-5m", "1.5h", "5 m", "٣m", "300y", "9" * 400 + "s", "9" * 5000 + "s"],
    ids=lambda text: text[:8],
)
def test_what_prometheus_refuses(text):
    """
    Other orders, signs, fractions, other digits, and what is longer than 64 bits of nanoseconds.
    """
    assert seconds(text) is None


@pytest.mark.parametrize("text", ["1d", "1h30m", "5m", "1s500ms", "0s"])
def test_a_length_is_spelt_as_it_is_read(text):
    """
    What is read is written in the same words.
    """
    assert text == spell(seconds(text))
