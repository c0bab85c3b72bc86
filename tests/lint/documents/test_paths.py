"""What follows from the steps of a function, whatever the language."""

import pytest

from obsaudit.lint.documents.paths import Branch, Call, Do, Exit, Leave, Loop, Try, verdict
from obsaudit.lint.nodes import Ending

START, END, WORK = Do("start", starts=True), Do("end", ends=True), Do("work", raises=True)
RETURN, RAISE, BREAK = Leave("return", Exit.RETURN), Leave("raise", Exit.RAISE), Leave("break", Exit.BREAK)


@pytest.mark.parametrize(
    ("ending", "leak", "steps"),
    [
        (Ending.ALWAYS, None, [START, END]),
        (Ending.ALWAYS, None, [WORK, START, END, WORK]),
        (Ending.NOT_ON_EXCEPTION, "work", [START, WORK, END]),
        (Ending.NOT_ON_RETURN, "return", [START, Branch(([RETURN], [])), END]),
        (Ending.NOT_ON_RETURN, None, [START, Branch(([END], []))]),
        (Ending.NEVER, None, [START, WORK]),
        (Ending.UNKNOWN, None, [START, Do("hand on", escapes=True)]),
        (Ending.ALWAYS, None, [START, Try([WORK], (), catches_all=False, final=[END])]),
        (Ending.ALWAYS, None, [START, Try([WORK, RETURN], (), catches_all=False, final=[END])]),
        (Ending.ALWAYS, None, [START, Try([WORK, END], ([END, RAISE],), catches_all=True)]),
        (Ending.NOT_ON_EXCEPTION, "work", [START, Try([WORK, END], ([END],), catches_all=False)]),
        (Ending.NOT_ON_RETURN, None, [START, Try([WORK, END], ([],), catches_all=True)]),
        (Ending.ALWAYS, None, [START, Try([], ([RETURN],), catches_all=True), END]),
        (Ending.NOT_ON_RETURN, None, [START, Loop([END])]),
        (Ending.ALWAYS, None, [START, Loop([END], once=True)]),
        (Ending.ALWAYS, None, [START, Loop([Branch(([BREAK], []))]), END]),
        (Ending.ALWAYS, None, [START, Call([RETURN]), END]),
        (Ending.NOT_ON_EXCEPTION, "work", [START, Call([WORK]), END]),
    ],
)
def test_every_path_counts(ending, leak, steps):
    """
    A thing is ended only if it is on all ways out; an exception that nothing catches is one.
    """
    found = verdict(steps, open_at_first=False)

    assert (ending, leak) == (found.ending, found.leak)


def test_what_is_open_at_first_needs_no_start():
    """
    A callback is handed a span that is open already.
    """
    assert Ending.NEVER is verdict([WORK], open_at_first=True).ending
    assert Ending.ALWAYS is verdict([END], open_at_first=True).ending
