"""Suppressions of the configuration, by the command as a user runs it."""

import json

from .shell import obsaudit

PANELS = [{"type": "stat", "title": title} for title in "AB"]
TOML = """\
select = ["dashboards/empty-panel", "meta/unused-suppression", "meta/expired-suppression"]

[[suppress]]
source = "a/*.json"
pointer = "/panels/1"
rules = ["dashboards/empty-panel"]
reason = "to come"

[[suppress]]
source = "a/*.json"
pointer = "/panels/0"
rules = ["dashboards/empty-panel"]
reason = "to come"
until = 2020-01-01

[[suppress]]
source = "b/*.json"
rules = ["dashboards/empty-panel"]
reason = "no such folder"
"""


def test_what_becomes_of_entries(tmp_path):
    """
    One hides its panel, one has ended, one covers no file; and one that is malformed stops the run.
    """
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "d.json").write_text(json.dumps({"title": "D", "schemaVersion": 39, "panels": PANELS}))
    (tmp_path / "obsaudit.toml").write_text(TOML)

    done = obsaudit(tmp_path, "lint", "--format", "json")
    report = json.loads(done.out)
    assert 1 == done.code
    assert [
        ("dashboards/empty-panel", "a/d.json", 1),
        ("meta/expired-suppression", "obsaudit.toml", 9),
        ("meta/unused-suppression", "obsaudit.toml", 16),
    ] == [(one["rule"], one["source"], one["region"]["start"]["line"]) for one in report["findings"]]
    assert ["panel B"] == [one["subject"] for one in report["suppressed"]]

    (tmp_path / "obsaudit.toml").write_text(TOML.replace('reason = "to come"\n', "", 1))
    refused = obsaudit(tmp_path, "lint")
    assert (2, "") == (refused.code, refused.out)
    assert "`suppress` lacks `reason`" in refused.err
    assert "Traceback" not in refused.err
