"""The garbage collector is left as it was, whatever happens."""

import gc

import pytest

from obsaudit.lint.cache import Cache
from obsaudit.lint.garbage import set_aside, uncollected
from obsaudit.lint.nodes import AlertingRule
from obsaudit.lint.run import run

from .samples import ALERT, Lonely, request, write


def raising(expected, state):
    """Something that goes wrong inside, after a look at how the collector stands."""
    assert expected == state()
    raise ValueError("inside")


@pytest.mark.parametrize("enabled", [True, False])
def test_a_pause_ends_as_it_began(enabled):
    """
    Also where what happens inside raises, and where there is one pause inside another.
    """
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with pytest.raises(ValueError, match="inside"), uncollected(), uncollected():
            raising(False, gc.isenabled)
        assert enabled == gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()


def test_what_was_set_aside_comes_back():
    """
    Or a process that stays, as for an editor, would never let go of it.
    """
    with pytest.raises(ValueError, match="inside"), set_aside():
        raising(True, lambda: gc.get_freeze_count() > 0)

    assert 0 == gc.get_freeze_count()


def test_nodes_are_unpacked_in_one_go_and_rules_do_not_pay_for_them(tmp_path):
    """
    Rules themselves may make cycles, and these are collected.
    """
    seen = []

    class Curious(Lonely):
        def check_project(self, project):
            seen.append((gc.isenabled(), gc.get_freeze_count() > 0, len(project.all(AlertingRule))))
            return iter(())

    write(tmp_path / "p", a_yml=ALERT.format("One"), b_yml=ALERT.format("Two"))
    run(request(tmp_path / "p", rules=(Curious(),), cache=Cache(tmp_path / "c", "salt")))

    assert [(True, True, 2)] == seen
    assert 0 == gc.get_freeze_count()
