"""What every table of an audit has in common."""

from __future__ import annotations

from obsaudit import auditors
from obsaudit.auditors.figures import asked
from obsaudit.fixtures.live import events


def test_every_number_says_what_it_was_measured_from_and_when() -> None:
    """
    Below each table stands its source and the moment of the question; each auditor that has one is there.
    """
    live = auditors.load(events.SNAPSHOT)
    tables = auditors.audit(events.chosen(), live, events.project()).tables

    assert 18 <= len(tables)
    assert [] == [one.title for one in tables if asked(live) not in (one.note or "").replace("\n", " ")]
    assert [] == [one.title for one in tables if (one.note or "").partition(asked(live))[0].strip(", ") == ""]
    assert len(tables) == len({one.title for one in tables})
