"""How long Prometheus is told to keep samples: by flags of a container, in its configuration, by the operator."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Location
from ..nodes import RetentionSetting, Store
from ..region import Text
from ..telemetry.duration import seconds
from . import helm
from .steps import at, elements
from .tree import Tree

# prometheus.io/docs/prometheus/latest/storage: what it does without any limit, and the operator's default.
DEFAULT = 15 * 86400.0
_OPERATOR_DEFAULT = 86400.0
_FLAG = re.compile(r"--(storage\.tsdb\.retention(?:\.time|\.size|\.percentage)?)(?:[= ]\s*|$)(\S*)")
_IMAGE = re.compile(r"(?:.*/)?prometheus(?::(?P<tag>[^@]*))?(?:@.*)?")
_THANOS = re.compile(r"(?:.*/)?thanos(?:[:@].*)?")
_AGENT = re.compile(r"--agent\b|--enable-feature=\S*\bagent\b")
_WORKLOADS = frozenset("CronJob DaemonSet Deployment DeploymentConfig Job Pod ReplicaSet StatefulSet".split())
# What tells the server from promtool, which comes in the same image.
_SERVER = re.compile(r"--(?:config\.file|storage\.|web\.|enable-feature)")
# What else stands beside `server` in the values of the chart `prometheus`.
_CHART = ("serverFiles", "extraScrapeConfigs", "prometheus-node-exporter", "prometheus-pushgateway")
_FLAG_NAME = "--storage.tsdb.retention.time"
_FLAG_CURE = f"set the flag `{_FLAG_NAME}`"


def holds(tree: Tree) -> bool:
    """Whether this document runs a Prometheus, or configures its storage."""
    return any(True for _ in settings_in(tree, ""))


def settings_in(tree: Tree, source: str) -> Iterator[RetentionSetting]:
    """Every statement about retention, and the places that could make one and do not."""
    yield from _configured(tree, source)
    yield from _operated(tree, source)
    images = [(node, image) for node in _containers(tree) if (image := node.text_at("image")) is not None]
    remote = any(_THANOS.fullmatch(image.value) for _, image in images)
    for container, image in images:
        match = _IMAGE.fullmatch(image.value)
        if match is not None:
            yield from _flags(container, image, match["tag"] or "", source, remote=remote)


def _flags(container: Tree, image: Text, tag: str, source: str, *, remote: bool) -> Iterator[RetentionSetting]:
    arguments = list(_arguments(container))
    line = " ".join(text.value for text in arguments)
    if _AGENT.search(line) or (line and _SERVER.search(line) is None):
        return
    limited = False
    for index, text in enumerate(arguments):
        for match in _FLAG.finditer(text.value):
            limited = True
            value = text.cut(*match.span(2)) if match[2] else next(iter(arguments[index + 1 :]), None)
            if value is None or match[1].endswith((".size", ".percentage")):
                continue
            gone = match[1] == "storage.tsdb.retention" and tag.removeprefix("v").startswith("3")
            yield _setting(
                source,
                f"--{match[1]}",
                value,
                problem="Prometheus 3 knows no such flag, and does not start" if gone else None,
                cure=_FLAG_CURE,
                remote=remote,
            )
    if not limited and (arguments or container.get("entrypoint") is None):
        yield RetentionSetting(
            at=Location(source, "Prometheus", image.region()),
            lines=(image.region().start.line, image.region().end.line),
            store=Store.PROMETHEUS,
            name=_FLAG_NAME,
            value=None,
            seconds=DEFAULT,
            also_remote=remote,
        )


def _containers(tree: Tree) -> Iterator[Tree]:
    """The services of a compose file, or everything below the `spec` of a workload."""
    services, spec = tree.get("services"), tree.get("spec")
    if services is not None:
        yield from (service for _, service in services.entries())
    kind = tree.text_at("kind")
    if spec is not None and kind is not None and kind.value in _WORKLOADS:
        yield from spec.walk()


def _arguments(container: Tree) -> Iterator[Text]:
    for key in ("command", "args"):
        given = container.get(key)
        if given is not None and given.text is not None:
            yield given.text
        for element in elements(given):
            if element.text is not None:
                yield element.text


def _configured(tree: Tree, source: str) -> Iterator[RetentionSetting]:
    remote = tree.get("remote_write") is not None
    tsdb = at(tree, "storage", "tsdb")
    time = at(tsdb, "retention", "time")
    if time is not None and time.text is not None and _is_prometheus(tree):
        yield _setting(source, "storage.tsdb.retention.time", time.text, remote=remote)
    elif tsdb is not None and _is_prometheus(tree):
        yield from _misplaced(tsdb, source, "the file has no such key, and Prometheus does not start", remote=remote)
    for key in ("storage", "tsdb"):
        inner = at(tree, "global", key)
        if inner is not None:
            why = f"`{key}` does not belong below `global`, and Prometheus does not start"
            yield from _misplaced(inner.get("tsdb") or inner, source, why, remote=remote)


def _misplaced(tsdb: Tree, source: str, problem: str, *, remote: bool) -> Iterator[RetentionSetting]:
    found = tsdb.text_at("retention.time") or tsdb.text_at("retention") or _nested_time(tsdb)
    if found is not None:
        yield _setting(source, "retention.time", found, problem=problem, cure=_FLAG_CURE, remote=remote)


def _nested_time(tsdb: Tree) -> Text | None:
    retention = tsdb.get("retention")
    return retention.text_at("time") if retention is not None else None


def _is_prometheus(tree: Tree) -> bool:
    """Whether the document has other parts of a configuration: `storage` alone is also a part of others."""
    marks = ("global", "scrape_configs", "rule_files", "alerting", "remote_write")
    return any(tree.get(mark) is not None for mark in marks) or at(tree, "storage", "tsdb", "retention") is not None


def _operated(tree: Tree, source: str) -> Iterator[RetentionSetting]:
    """A `Prometheus` resource of the operator, and the values of the charts kube-prometheus-stack and prometheus."""
    kind, version, spec = tree.text_at("kind"), tree.text_at("apiVersion"), tree.get("spec")
    is_operated = version is not None and version.value.startswith("monitoring.coreos.com/")
    if is_operated and kind is not None and kind.value == "Prometheus" and spec is not None:
        yield from _of_operator(spec, kind, source)
    for values in helm.charts_in(tree):
        stack, server = at(values, "prometheus", "prometheusSpec"), values.get("server")
        if stack is not None and (value := stack.text_at("retention")) is not None:
            yield _setting(source, "prometheusSpec.retention", value, remote=_sends(stack))
        is_chart = any(values.get(key) is not None for key in _CHART) or at(server, "global") is not None
        if is_chart and server is not None and (value := server.text_at("retention")) is not None:
            yield _setting(source, "server.retention", value, remote=server.get("remoteWrite") is not None)


def _of_operator(spec: Tree, kind: Text, source: str) -> Iterator[RetentionSetting]:
    value = spec.text_at("retention")
    if value is not None:
        yield _setting(source, "spec.retention", value, remote=_sends(spec))
    elif spec.get("retentionSize") is None:
        yield RetentionSetting(
            at=Location(source, "Prometheus", kind.region()),
            lines=(kind.region().start.line, kind.region().end.line),
            store=Store.PROMETHEUS,
            name="spec.retention",
            value=None,
            seconds=_OPERATOR_DEFAULT,
            also_remote=_sends(spec),
        )


def _sends(spec: Tree) -> bool:
    return any(spec.get(key) is not None for key in ("remoteWrite", "thanos"))


def _setting(
    source: str, name: str, value: Text, *, problem: str | None = None, cure: str | None = None, remote: bool
) -> RetentionSetting:
    length = seconds(value.value)
    if length is None and problem is None and not value.value.startswith(("$", "{", "<")):
        problem, cure = f"`{value.value}` is no duration, and Prometheus does not start", "write it as in `30d`"
    region = value.region()
    return RetentionSetting(
        at=Location(source, "Prometheus", region),
        lines=(region.start.line, region.end.line),
        store=Store.PROMETHEUS,
        name=name,
        value=value,
        # Zero switches the limit by time off.
        seconds=None if length == 0 else length,
        problem=problem,
        cure=cure if problem is not None else None,
        also_remote=remote,
    )
