"""Error budgets and burn rates: the published numbers, and what does not belong together."""

import pytest

from obsaudit.lint import Location
from obsaudit.lint.nodes import AlertWindow, AlertWindows
from obsaudit.lint.region import Position, Region
from obsaudit.lint.telemetry import burnrate
from obsaudit.lint.telemetry.burnrate import Spending

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def factor_of(long: float, days: float) -> list[float]:
    """The published factors for a long window and a period."""
    return [round(pair.factor, 2) for pair in burnrate.published(days * DAY) if pair.long == long]


@pytest.mark.parametrize(
    ("days", "factors"),
    [(30, [14.4, 6, 3, 1]), (28, [13.44, 5.6, 2.8, 0.93]), (7, [3.36, 1.4, 0.7, 0.23])],
)
def test_the_workbook_s_factors(days, factors):
    """
    2 % in an hour, 5 % in six, 10 % in a day and in three.
    """
    assert factors == [factor_of(long, days)[0] for long in (HOUR, 6 * HOUR, DAY, 3 * DAY)]


def test_sloth_s_windows_for_a_week():
    """
    8 % in an hour of a week is a rate of 13.44.
    """
    assert 13.44 in factor_of(HOUR, 7)


def test_pyrra_stretches_its_windows():
    """
    For two weeks pyrra halves the windows of 28 days, rounds them to minutes, and keeps the factors.
    """
    pairs = list(burnrate.published(14 * DAY))

    assert Spending(3 * MINUTE, 30 * MINUTE, 14) in pairs
    assert Spending(3 * HOUR, 2 * DAY, 1) in pairs


def test_an_allowance():
    """
    99.9 % of 30 days leave 43.2 minutes.
    """
    assert 43.2 == pytest.approx(burnrate.allowance(0.001, 30 * DAY) / MINUTE)


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        (5 * MINUTE, HOUR, True),
        (6 * HOUR, 4 * DAY, True),
        (3 * MINUTE, 30 * MINUTE, True),
        (HOUR, 5 * MINUTE, False),
        (HOUR, HOUR, False),
        (5 * MINUTE, 6 * HOUR, False),
        (30 * MINUTE, HOUR, False),
    ],
)
def test_two_windows(short, long, fits):
    """
    The short window is about a twelfth of the long one.
    """
    assert fits == (burnrate.lopsided(short, long) is None)


@pytest.mark.parametrize(
    ("found", "days", "fits"),
    [
        (Spending(5 * MINUTE, HOUR, 14.4), 30, True),
        (Spending(5 * MINUTE, HOUR, 14.4), 28, False),
        (Spending(5 * MINUTE, HOUR, 14.4), 7, False),
        (Spending(5 * MINUTE, HOUR, 14.4), None, True),
        (Spending(5 * MINUTE, HOUR, 13.44), 28, True),
        (Spending(5 * MINUTE, HOUR, 14), 28, True),
        (Spending(5 * MINUTE, HOUR, 14), 30, False),
        (Spending(6 * HOUR, 4 * DAY, 1), 28, True),
        (Spending(6 * HOUR, 3 * DAY, 0.93), 28, True),
        (Spending(5 * MINUTE, HOUR, 36), 30, True),
        (Spending(30 * MINUTE, 6 * HOUR, 14.4), 30, False),
        (Spending(30 * MINUTE, 6 * HOUR, 200), 30, False),
        (Spending(10 * MINUTE, 2 * HOUR, 10), 30, True),
        (Spending(10 * MINUTE, 2 * HOUR, 14.4), 30, False),
        (Spending(10 * MINUTE, 2 * HOUR, 1), 30, True),
        (Spending(10 * MINUTE, 2 * HOUR, 500), 30, False),
    ],
    ids=str,
)
def test_a_factor_for_a_window_and_a_period(found, days, fits):
    """
    A factor fits a published pair, or spends a round share, or has windows of its own; the factor of another pair
    or of another period does not.
    """
    reason = burnrate.mismatch(found, None if days is None else days * DAY)

    assert fits == (reason is None)


def test_windows_of_one_s_own():
    """
    What a team has chosen for its period is right, however odd.
    """
    at = Location("windows.yml", None, Region(Position(1, 1), Position(1, 2)))
    window = AlertWindow(share=0.11, short=5 * MINUTE, long=HOUR)
    own = AlertWindows(at=at, lines=(1, 1), period=30 * DAY, windows=(window,))
    found = Spending(5 * MINUTE, HOUR, 79.2)

    assert burnrate.mismatch(found, 30 * DAY) is not None
    assert burnrate.mismatch(found, 30 * DAY, [own]) is None
    assert burnrate.mismatch(Spending(5 * MINUTE, HOUR, 73.92), 28 * DAY, [own]) is not None


def test_a_mismatch_says_what_the_rate_costs():
    """
    The reason names the share that is spent, and the factor that belongs there.
    """
    reason = burnrate.mismatch(Spending(5 * MINUTE, HOUR, 15), 30 * DAY)

    assert "a burn rate of 15 over 1h spends 2.08% of the budget of 30d; 14.4 would spend 2%" == reason
