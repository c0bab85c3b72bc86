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


def test_what_a_block_made_goes_with_it():
    """The variable of a loop that is over, of another callback, or of the half of a `try` that failed."""
    python = """\
def f(message):
    for user_id in users:
        greet(user_id)
    try:
        event_id = load()
    except OSError:
        HERE
"""
    javascript = """\
  watch() {
    const job = this.job;
    worker.on('message', (message) => {
      const { requestId } = message;
    });
    worker.on('error', (err) => {
      HERE
"""

    assert ("message",) == in_scope(python, python.index("HERE"), ["message"])
    assert ("err", "job") == in_scope(javascript, javascript.index("HERE"), ["err"])
