"""What people are shown of the way that a value came."""

from obsaudit.lint import Location, Position, Region, Related
from obsaudit.lint.nodes import Step, origins


def step(code, line, start, end):
    return Step(code, Location("app.py", "metric x", Region(Position(line, start), Position(line, end))))


def test_each_link_behind_the_first_is_shown_once():
    """
    The finding points at the first; one inside another shows nothing new; a metric is no subject of another line.
    """
    passed = step("event_id", 9, 5, 13)
    made, inner = step("str(uuid4())", 4, 12, 24), step("uuid4()", 4, 16, 23)
    elsewhere = step("uuid4", 1, 1, 6)

    shown = [Related(Location("app.py", None, one.at.region), f"comes from `{one.code}`") for one in (made, elsewhere)]
    assert shown == list(origins((passed, made, inner, elsewhere)))
    assert [] == list(origins((passed,)))
