"""What stands where a credential belongs."""

import pytest

from obsaudit.lint.finding import Confidence
from obsaudit.lint.telemetry.credentials import State, state_of
from obsaudit.lint.trials import confidence_at

_HOOK = "https://hooks.slack.com/services/"


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (State.PLAIN, _HOOK + "T024BE7LD/B09GHJK21/" + "a7Kd93jfLq02mZxv81TyWq4c"),
        (State.PLACEHOLDER, _HOOK + "valid-url"),
        (State.PLACEHOLDER, _HOOK + "T00/B00/short"),
        (State.PLACEHOLDER, "http://hooks.slack.com/services"),
        (State.PLACEHOLDER, _HOOK + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"),
        (State.PLACEHOLDER, "my_inline_secret"),
        (State.PLACEHOLDER, "token123"),
        (State.PLAIN, "mysecretgarden"),
        (State.PLAIN, "hunter2"),
        (State.VARIABLE, "$SLACK_URL"),
        (None, "{{ slack_url }}"),
        (None, " "),
    ],
)
def test_a_value_is_told_by_its_shape(expected, value):
    """
    A webhook of Slack is one when it names workspace, channel and key; words that examples use are placeholders.
    """
    assert expected == state_of(value)


def test_what_may_be_invented_is_less_sure():
    """
    A credential in a test, an example or on a page has low confidence.
    """
    assert Confidence.LOW == confidence_at("config/testdata/alertmanager.yml")
    assert Confidence.LOW == confidence_at("README.md")
    assert Confidence.HIGH == confidence_at("deploy/alertmanager.yml")
