"""What the configuration says about a team's own source."""

import pytest

from obsaudit.lint.documents import SourceSettings


@pytest.mark.parametrize(
    ("spelt", "is_called"),
    [
        ("app.telemetry.track", True),
        ("shop.app.telemetry.track", True),
        ("telemetry.track", True),
        ("track", True),
        ("app.telemetry.backtrack", False),
        ("other.track", False),
    ],
)
def test_a_helper_by_its_path(spelt, is_called):
    """
    A call may spell more of the path than the configuration, or less, but no part of a name.
    """
    (helper,) = SourceSettings(label_wrappers=("app.telemetry.track:1",)).wrapping

    assert is_called == helper.is_called(spelt)


@pytest.mark.parametrize(
    ("entry", "position", "keyword"),
    [("telemetry.track:1", 1, None), ("telemetry.track:labels", None, "labels")],
)
def test_the_argument_of_a_helper(entry, position, keyword):
    """
    A number counts the arguments from zero; anything else is the name of one.
    """
    (helper,) = SourceSettings(label_wrappers=(entry,)).wrapping

    assert ("telemetry.track", position, keyword) == (helper.path, helper.position, helper.keyword)
