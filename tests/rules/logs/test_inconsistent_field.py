"""Log fields that are spelled in several ways."""

from obsaudit.lint import Finding, Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract
from obsaudit.lint.project import Project
from obsaudit.rules.logs.inconsistent_field import InconsistentField


def judged(*calls: str) -> list[Finding]:
    """What is said of calls of one structured logger."""
    code = "import structlog\nlog = structlog.get_logger()\n" + "".join(f"log.info('x', {call})\n" for call in calls)
    return list(InconsistentField().check_project(Project(extract(Text.of_file(code, "a.py"), SourceSettings()))))


def test_two_spellings_in_one_call_are_not_made_one_key_twice():
    """Renaming one of them would be a syntax error."""
    (finding,) = judged("user_id=1", "user_id=1, userId=2")

    assert finding.fix is None


def test_of_two_equally_usual_spellings_snake_case_wins():
    """Nobody has to count when there is one of each."""
    (finding,) = judged("userId=1", "user_id=1")

    assert "field `userId` is called `user_id` elsewhere" == finding.message
