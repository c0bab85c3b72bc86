"""`prometheus/unloaded-rules`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import PrometheusConfig, RuleGroup
from ._files import configs, means, rule_files
from ._samples import ALERT, WHOLE


class UnloadedRules(Rule):
    """
    Flags rule files that no `rule_files` pattern of the repository loads.

    **Why.**
    The alert is written, reviewed, tested and merged, and no server ever evaluates it.

    **Instead.**
    Add the file to `rule_files`, or move it to where a pattern finds it.

    Judged in a repository whose `prometheus.yml` loads at least one of its rule files: otherwise they meet at
    deployment; and only for files in the folder of a `prometheus.yml` or below it.
    Not flagged: `PrometheusRule` resources and ConfigMaps, which an operator loads; vendored files; rules for Loki.
    """

    id = "prometheus/unloaded-rules"
    summary = "no server loads the file"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    needs_all = True
    about = (PrometheusConfig, RuleGroup)

    def check_project(self, project: Project) -> Iterator[Finding]:
        known, patterns = rule_files(project), [(one, text) for one in configs(project) for text in one.rule_files]
        loaded = {source for source in known for config, text in patterns if means(text, config, source)}
        if not loaded:
            return
        config, pattern = patterns[0]
        folders = {posixpath.dirname(one.at.source) for one, _ in patterns}
        for source, group in known.items():
            if source not in loaded and any(_is_below(source, folder) for folder in folders):
                yield self.finding(
                    "no `rule_files` pattern loads this file",
                    group.at,
                    help="add it to `rule_files`, or move it to where a pattern finds it",
                    related=[Related(config.place(pattern), "what is loaded")],
                )

    examples = (
        Bad(
            ALERT,
            path="rules/api.yml",
            files={"prometheus.yml": WHOLE, "alerts/web.yml": ALERT.replace("name: api", "name: web")},
            at="api",
        ),
        Good(ALERT, path="alerts/api.yml", files={"prometheus.yml": WHOLE}),
        Good(
            ALERT,
            path="other/api.yml",
            files={"infra/prometheus.yml": WHOLE, "infra/alerts/web.yml": ALERT.replace("name: api", "name: web")},
            why="another part of the repository, and another server perhaps",
        ),
        Good(ALERT, path="rules/api.yml", files={"prometheus.yml": WHOLE}, why="nothing is known to be loaded"),
        Good(
            ALERT,
            path="rules/api.yml",
            files={"prometheus.yml": WHOLE.replace("alerts/*.yml", "/etc/prometheus/*.yml")},
            why="the name fits, and what is mounted there is not known",
        ),
    )


def _is_below(source: str, folder: str) -> bool:
    return not folder or source.startswith(f"{folder}/")
