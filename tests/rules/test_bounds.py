"""Input that is made to be too much ends, and says so: through the whole command line, in a process of its own."""

import json
import subprocess
import sys

import pytest

RULE = "groups:\n  - name: a\n    rules:\n      - alert: Big\n        expr: |\n          {}\n"
TEMPLATE = '- alert: Big\n  expr: up == 0\n  labels: {{severity: critical}}\n  annotations:\n    summary: "{}"\n'

# Far beyond what anybody writes; a minute is far beyond what any of them takes.
BOMBS = {
    "parentheses": RULE.format("(" * 50_000 + "up" + ")" * 50_000),
    "calls": RULE.format("abs(" * 25_000 + "up" + ")" * 25_000),
    "open parentheses": RULE.format("(" * 100_000),
    "signs": RULE.format("-" * 100_000 + "up"),
    "a long sum": RULE.format(" + ".join(f"a{n}" for n in range(12_000))),
    "a long alternative": RULE.format(" or ".join(f"a{n} > {n}" for n in range(8_000))),
    "many matchers": RULE.format("up{" + ",".join(f'l{n}=~"x{n}.*"' for n in range(8_000)) + "} == 0"),
    "a long regex": RULE.format('up{a=~"' + "|".join(f"v{n}" for n in range(14_000)) + '"} == 0'),
    "nested quantifiers": RULE.format('up{a=~"' + "(a*)*" * 2_000 + '"} == 0'),
    "joined aggregates": RULE.format(" * on (a) group_left (b) ".join(["sum by (a, b) (x)"] * 3_000)),
    "one subquery in the other": RULE.format("max_over_time(" * 5_000 + "x" + "[1h:1m])" * 5_000),
    "a string without end": RULE.format('up{a="' + "x" * 100_000),
    "ranges of a template": TEMPLATE.format("{{ range query `up` }}" * 5_000 + "{{ end }}" * 5_000),
    "definitions of a template": TEMPLATE.format(
        "".join(
            f"{{{{ define `t{n}` }}}}{{{{ template `t{n + 1}` }}}}{{{{ template `t{n + 1}` }}}}{{{{ end }}}}"
            for n in range(500)
        )
        + "{{ template `t0` }}"
    ),
    "pipelines of a template": TEMPLATE.format("{{ $value" + " | humanize" * 10_000 + " }}"),
    "parentheses of a template": TEMPLATE.format("{{ " + "(" * 20_000 + "$value" + ")" * 20_000 + " }}"),
    "variables of a template": TEMPLATE.format("".join(f"{{{{ $a{n} := $value }}}}" for n in range(5_000))),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_every_bomb_ends(bomb, tmp_path):
    """
    No crash, no rule that raised, and the alert beside the bomb is still judged.
    """
    (tmp_path / "bomb.yml").write_text(BOMBS[bomb])
    (tmp_path / "other.yml").write_text("- alert: Other\n  expr: up == 0\n")

    done = subprocess.run(
        [sys.executable, "-m", "obsaudit", "lint", "--no-cache", "--format", "json", "."],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
    )

    report = json.loads(done.stdout)
    assert 1 == done.returncode
    assert [] == [finding["message"] for finding in report["findings"] if finding["rule"] == "meta/crashed-rule"]
    assert "alerts/missing-severity" in {f["rule"] for f in report["findings"] if f["source"] == "other.yml"}
