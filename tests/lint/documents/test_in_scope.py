"""What a function has at hand, by its text."""

from obsaudit.lint.documents.in_scope import in_scope


def test_variables_stand_ready_after_they_are_made():
    """Assignments before the place count, those after it do not; attributes count wherever they are read."""
    code = """\
def f(message):
    event_id: str = load()
    for user_id in users:
        load(
            job_id=1,
        )
        HERE
    late = 1
    g(message.kind)
"""

    names = in_scope(code, code.index("HERE"), ["message"])

    assert ("message", "event_id", "user_id", "message.kind") == names


def test_objects_are_taken_apart():
    """`const { a, b: c } = …` makes two variables; a method that is called is no value."""
    code = "(event) => { const { userId, id: eventId } = event.data; event.save(); HERE }"

    names = in_scope(code, code.index("HERE"), ["event"])

    assert ("event", "userId", "eventId", "event.data") == names
