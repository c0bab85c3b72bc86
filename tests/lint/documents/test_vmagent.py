"""What vmagent takes beside Prometheus, held against vmagent itself."""

import shutil
import subprocess

import pytest

from obsaudit.lint.documents.prometheus_check import problems_in
from obsaudit.lint.documents.tree import parse_yaml
from obsaudit.lint.region import Text

_JOB = """\
scrape_configs:
  - job_name: api
    static_configs: [{{targets: ['{target}']}}]
    metric_relabel_configs: [{{{step}}}]
"""
_STEPS = (
    "action: replace_all, source_labels: [a], target_label: b, regex: c",
    "action: labelmap_all, regex: a",
    "action: keep_metrics, regex: app_.+",
    "action: drop_metrics, regex: [app_.+, db_.+]",
    "action: keep_if_equal, source_labels: [a, b]",
    "action: drop_if_equal, source_labels: [a, b]",
    "action: graphite, match: 'a.*', labels: {job: $1}",
    "if: 'app_up', action: labeldrop, regex: pod",
    "action: drop, source_labels: [a], regex: [b, c]",
)


def _problems(text: str, source: str = "prometheus.yml") -> list[tuple[str, str | None]]:
    [tree] = parse_yaml(Text.of_file(text, source))
    return [(one.problem, one.unless) for one in problems_in(tree, source)]


@pytest.mark.parametrize("step", _STEPS)
def test_nothing_that_vmagent_takes_is_refused_outright(step, tmp_path):
    """
    Its own actions and lists are doubtful and no more, and so are targets with a path beside them.
    """
    text = _JOB.format(target="api:9464", step=step)

    assert {"vmagent"} >= {unless for _, unless in _problems(text)}

    vmagent = shutil.which("vmagent")
    if vmagent is None:
        pytest.skip("no vmagent here")
    (tmp_path / "prometheus.yml").write_text(text)
    command = [vmagent, "-dryRun", f"-promscrape.config={tmp_path / 'prometheus.yml'}", "-remoteWrite.url=http://x"]
    assert 0 == subprocess.run(command, capture_output=True, timeout=30, check=False).returncode


@pytest.mark.parametrize(
    ("expected", "source", "step"),
    [
        (None, "prometheus.yml", "action: drop, source_labels: [a], regex: b"),
        ("vmagent", "prometheus.yml", "if: 'a', action: drop"),
        ("vmagent", "deploy/vmagent.yml", "action: drop, source_labels: [a], regex: b"),
    ],
)
def test_a_target_with_a_path_is_doubtful_where_vmagent_reads(expected, source, step):
    """
    Prometheus refuses an address with a path: an error, unless the file is vmagent's by its name or what it holds.
    """
    text = _JOB.format(target="http://api:9464/metrics", step=step)

    assert [("`http://api:9464/metrics` is a URL, and a target a host and a port", expected)] == _problems(text, source)
