"""`obsaudit explain`: pages, and what a rule computes on a project."""

from pathlib import Path

from .shell import obsaudit

EVENTS = Path(__file__).parents[2] / "fixtures" / "projects" / "events"
TABLE = """\
policy                      error (1 %)   slow (2 %)   ordinary (97 %)   of all
-------------------------------------------------------------------------------
policy `errors`                   100 %          0 %               0 %      1 %
policy `slow-requests`              0 %        100 %               0 %      2 %
policy `billing-critical`           0 %          0 %               0 %      0 %
policy `security`                   0 %          0 %               0 %      0 %
policy `probabilistic`             10 %         10 %              10 %     10 %
together                          100 %        100 %              10 %   12.7 %
simulated; at least 87.3 % is left out, and 80 % has to be
"""


def test_the_simulation_of_sampling_is_shown():
    """
    Each policy alone and all together, by class of traffic.
    """
    outcome = obsaudit(EVENTS, "explain", "collector/sampling-not-reduced", "infra")

    assert (0, "") == (outcome.code, outcome.err)
    assert TABLE in outcome.out


def test_what_computes_nothing_says_so(tmp_path):
    """
    A rule without figures, and a folder without anything to compute on, are two things.
    """
    none = obsaudit(EVENTS, "explain", "alerts/missing-for", "infra")
    nothing = obsaudit(tmp_path, "explain", "collector/sampling-not-reduced", ".")

    assert (2, 2) == (none.code, nothing.code)
    assert "the rule computes nothing" in none.err
    assert "there is nothing there that it computes on" in nothing.err
