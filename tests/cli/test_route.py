"""`obsaudit route`: the walk as a tree, as JSON, and as a test of the tree."""

import json
import subprocess
import sys

import pytest

CONFIG = """\
route:
  receiver: mail
  routes:
    - matchers: [severity="critical", team="db"]
      receiver: pager
      continue: true
    - matchers: [severity=~"critical|high"]
      receiver: chat
    - matchers: [severity="low"]
receivers:
  - name: mail
  - name: pager
    pagerduty_configs: [{routing_key_file: /etc/key}]
  - name: chat
    slack_configs: [{api_url_file: /etc/url}]
"""


@pytest.fixture
def obsaudit(tmp_path):
    (tmp_path / "alertmanager.yml").write_text(CONFIG)

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "obsaudit", "route", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_the_walk_is_a_tree(obsaudit):
    """
    Every route that was tried says whether it matched, and the receivers come last.
    """
    answer = obsaudit("severity=critical", "team=?")

    assert 0 == answer.returncode
    assert (
        """\
alertmanager.yml:1
✓ any
├─ ? {severity="critical", team="db"} → pager  continues
├─ ✓ {severity=~"critical|high"} → chat
└─ 1 more route is not tried
may reach pager (pagerduty)
reaches chat (slack)
"""
        == answer.stdout
    )


def test_json_has_the_receivers_and_the_walk(obsaudit):
    """
    What a script needs: who is reached, by what, and how certain that is.
    """
    answer = json.loads(obsaudit("severity=high", "--format", "json").stdout)

    (configuration,) = answer["configurations"]
    assert [{"name": "chat", "certain": True, "channels": ["slack"]}] == configuration["receivers"]
    assert ["no", "yes"] == [route["matches"] for route in configuration["walk"]["routes"]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["severity=critical", "team=db", "--expect", "pager,chat"], 0),
        (["severity=critical", "--expect", "pager"], 1),
        (["severity=critical", "team=?", "--expect", "pager,chat"], 1),
        (["severity"], 2),
        (["--path", "nowhere.yml"], 2),
    ],
)
def test_exit_codes_make_it_a_test(obsaudit, arguments, code):
    """
    0 as expected, 1 not so or not for certain, 2 when it could not be asked.
    """
    assert code == obsaudit(*arguments).returncode
