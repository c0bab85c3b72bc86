"""Which files of the repository a pattern of `rule_files` means, as far as that can be told."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from ...lint import Project, Text
from ...lint.nodes import PrometheusConfig, RuleGroup


def rule_files(project: Project) -> dict[str, RuleGroup]:
    """The files that Prometheus itself could load, each with its first group: YAML with nothing around the groups."""
    found: dict[str, RuleGroup] = {}
    for group in project.all(RuleGroup):
        if group.is_loadable and group.at.source.lower().endswith((".yml", ".yaml", ".rules", ".json")):
            found.setdefault(group.at.source, group)
    return found


def configs(project: Project) -> Iterator[PrometheusConfig]:
    """The configurations that a Prometheus runs with and that load rules."""
    return (config for config in project.all(PrometheusConfig) if config.is_whole and config.rule_files)


def is_relative(pattern: Text) -> bool:
    """Whether a pattern means files beside the configuration, and not a place in a container."""
    return not pattern.value.startswith(("/", "\\", "$", "{")) and ":" not in pattern.value


def means(pattern: Text, config: PrometheusConfig, source: str) -> bool:
    """
    Whether a pattern may load a file.

    One that is relative is held against the path, as Prometheus does; of a place in a container, only the name of the
    file is known here, since nobody knows what is mounted there.
    """
    if is_relative(pattern):
        folder = posixpath.dirname(config.at.source)
        wanted = posixpath.normpath(posixpath.join(folder, pattern.value))
        return fnmatchcase(source, wanted) and wanted.count("/") == source.count("/")
    return fnmatchcase(posixpath.basename(source), posixpath.basename(pattern.value.replace("\\", "/")))
