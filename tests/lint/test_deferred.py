"""Rules that are loaded when they are needed: the same rules, and only those."""

import pickle
import subprocess
import sys

import pytest

from obsaudit.lint.cache import clear
from obsaudit.lint.deferred import Deferred, deferred
from obsaudit.rules import ALL

STAMP = "ab" + "0" * 38


def kept(folder):
    """The one file in which the rules are noted."""
    (path,) = folder.glob("??/*")
    return path


@pytest.fixture
def noted(tmp_path):
    """A folder in which an earlier run has noted the rules."""
    deferred(lambda: ALL, tmp_path, STAMP)
    return tmp_path


def unasked():
    raise AssertionError("the rules were loaded")


def test_what_is_noted_loads_as_the_rules_are(noted):
    notes = deferred(unasked, noted, STAMP)

    assert {Deferred} == {type(one) for one in notes}
    assert ALL == tuple(one.load() for one in notes)
    for note, rule in zip(notes, ALL, strict=True):
        assert (note.id, frozenset(note.hooks), note.option_names) == (rule.id, rule.hooks, rule.option_names)
        assert (note.opinionated, note.needs_all, note.subjects) == (rule.opinionated, rule.needs_all, rule.subjects)


def test_options_are_those_of_the_rule(noted):
    rule = next(rule for rule in ALL if rule.id == "alerts/missing-severity")
    note = next(note for note in deferred(unasked, noted, STAMP) if note.id == rule.id)
    options = {"label": "urgency"}

    assert rule.with_options(options) == note.with_options(options).load() != rule
    assert rule == note.load()


def test_other_code_reads_no_notes(noted):
    """
    What a rule is like may have changed with it.
    """
    with pytest.raises(AssertionError):
        deferred(unasked, noted, STAMP.replace("a", "c"))


@pytest.mark.parametrize("data", [b"", b"\x80\x05torn", pickle.dumps("foreign"), pickle.dumps(())])
def test_notes_that_cannot_be_read_are_written_anew(noted, data):
    whole = kept(noted).read_bytes()
    kept(noted).write_bytes(data)

    assert ALL == deferred(lambda: ALL, noted, STAMP)
    assert whole == kept(noted).read_bytes()


def test_notes_lie_among_the_entries(noted):
    """
    So they are cleared, and grow old, with them.
    """
    assert 1 == clear(noted)
    assert [] == list(noted.rglob("*"))


def test_nowhere_to_note(tmp_path):
    """
    Without a cache, or where its folder cannot be made, the rules are loaded each time.
    """
    (tmp_path / "file").write_text("")

    assert ALL == deferred(lambda: ALL, None, STAMP) == deferred(lambda: ALL, tmp_path / "file", STAMP)


def test_a_second_run_loads_the_rules_that_it_needs(tmp_path):
    """
    None where nothing has changed; for an alert none of those that look at components of collectors.
    """
    (tmp_path / "a.yml").write_text("- alert: ApiDown\n  expr: up == 0\n")
    code = f"""
import os, sys
os.environ["XDG_CACHE_HOME"] = {str(tmp_path / "cache")!r}
from obsaudit.cli.linting import Asked, lint
lint(Asked(paths=[sys.argv[1]], exit_zero=True))
names = {{"alerts.missing_severity", "collector.insecure_tls"}}
print(sorted(name for name in names if f"obsaudit.rules.{{name}}" in sys.modules))
"""

    def loaded(name):
        command = [sys.executable, "-c", code, name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    assert "['alerts.missing_severity', 'collector.insecure_tls']" == loaded("a.yml")
    assert "[]" == loaded("a.yml")
    (tmp_path / "b.yml").write_text("- alert: ApiDown\n  expr: up == 1\n")
    assert "['alerts.missing_severity']" == loaded("b.yml")
