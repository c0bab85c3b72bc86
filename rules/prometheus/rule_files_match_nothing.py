"""`prometheus/rule-files-match-nothing`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import PrometheusConfig
from ._files import configs, is_relative, means, rule_files
from ._samples import ALERT, WHOLE


class RuleFilesMatchNothing(Rule):
    """
    Flags patterns of `rule_files` that match no rule file of the repository.

    **Why.**
    Prometheus takes a pattern without a match for fine: it starts, loads no rule, and no alert ever fires.

    **Instead.**
    Correct the path.
    It is relative to the folder of `prometheus.yml`, and an asterisk does not match a `/`.

    Judged are relative paths in a repository that has rule files at all; where there are none, they may be brought
    along at deployment.
    Not flagged: absolute paths, which mean a place in a container, and fragments in documents.
    Where the repository has rule files in other formats only (`PrometheusRule`), nothing is said.
    """

    id = "prometheus/rule-files-match-nothing"
    summary = "no rule file is loaded"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)
    needs_all = True
    about = (PrometheusConfig,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        known = rule_files(project)
        for config in configs(project) if known else ():
            for pattern in config.rule_files:
                if not is_relative(pattern) or any(means(pattern, config, source) for source in known):
                    continue
                near = next(iter(known.values()))
                yield self.finding(
                    f"`{pattern.value}` matches no rule file of the repository",
                    config.place(pattern),
                    help="it is relative to the folder of this file, and `*` does not match a `/`",
                    related=[Related(near.at, "a rule file that it could mean")],
                    # A file that stands in another one is unpacked somewhere else.
                    confidence=Confidence.LOW if pattern.is_nested else Confidence.HIGH,
                )

    examples = (
        Bad(WHOLE, path="prometheus.yml", files={"rules/api.yml": ALERT}, at="alerts/*.yml"),
        Bad(
            WHOLE.replace("alerts/*.yml", "alerts/*"),
            path="prometheus.yml",
            files={"alerts/api/errors.yml": ALERT},
            at="alerts/*",
        ),
        Good(WHOLE, path="prometheus.yml", files={"alerts/api.yml": ALERT}),
        Good(WHOLE, path="prometheus.yml", why="the repository has no rule files"),
        Good(
            WHOLE.replace("alerts/*.yml", "/etc/prometheus/rules/*.yml"),
            path="prometheus.yml",
            files={"rules/api.yml": ALERT},
            why="a place in a container",
        ),
    )
