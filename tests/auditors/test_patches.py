"""Processors to paste into a collector, read by our own reader and judged by our own rules."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from obsaudit.auditors.answers import Count
from obsaudit.auditors.cardinality.label_values import Multiplied, collected
from obsaudit.auditors.patches import aggregation, dropping
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import CollectorConfig
from obsaudit.lint.project import Project
from obsaudit.lint.region import Text
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

REST = """
receivers: {otlp: {protocols: {grpc: {endpoint: "localhost:4317"}}}}
exporters: {prometheus: {endpoint: "localhost:9464"}}
service:
  pipelines:
    metrics: {receivers: [otlp], processors: [memory_limiter, NAME], exporters: [prometheus]}
"""
LIMITER = "{memory_limiter: {check_interval: 1s, limit_mib: 400, spike_limit_mib: 80}, "
SOURCE = """\
from opentelemetry import metrics

meter = metrics.get_meter("shop")
orders = meter.create_counter("shop.orders", unit="1")


def order(user, plan):
    orders.add(1, {"user.id": user, "plan": plan})
"""


def whole(patch: str) -> str:
    """A configuration with the patch pasted into it."""
    name = re.findall(r"processors: {([^:]+):", patch)[0]
    return patch.replace("{", LIMITER, 1) + REST.replace("NAME", name)


@pytest.mark.parametrize(
    "patch",
    [
        aggregation("app_events_created_total", ["visibility"], ["user_id"]),
        aggregation("shop.orders", [], ["user.id", "email"]),
        aggregation("job:orders:rate5m", ["a: b", "yes", "# c"], ["ü,"]),
        dropping("go_memstats_bucket"),
        dropping('odd "name" \\ {x}'),
    ],
)
def test_patch_is_a_processor(tmp_path: Path, patch: str) -> None:
    """
    It is one line, the reader finds the processor in the pipeline, and no rule about collectors has a word on it.
    """
    text = whole(patch)
    nodes = parse(Text.of_file(text, "collector.yaml"), "collector.yaml", SourceSettings()).nodes
    [config] = [node for node in nodes if isinstance(node, CollectorConfig)]
    report = run(
        Request(
            paths=["."],
            config=Config(root=tmp_path, select=("collector", "meta")),
            rules=ALL,
            cwd=tmp_path,
            today=date(2026, 1, 1),
            cache=Cache(None, ""),
            contents={"collector.yaml": text.encode()},
        )
    )

    assert "\n" not in patch
    assert [] == [(finding.rule, finding.message) for finding in report.shown]
    assert not config.partial
    assert {"metricstransform", "filter"} & {one.type for one in config.components}


def test_names_of_the_source() -> None:
    """
    The collector sees the metric before the exporter renames it: the source says how it is called there.
    """
    project = Project(parse(Text.of_file(SOURCE, "app.py"), "app.py", SourceSettings()).nodes)
    found = Multiplied("shop_orders_total", 900, (Count("user_id", 300),), ("user_id",), 3, ("plan",))

    assert aggregation("shop.orders", ["plan"], ["user.id"]) == collected(project, found)
    assert aggregation("shop_orders_total", ["plan"], ["user_id"]) == collected(Project(()), found)
    bucket = Multiplied("latency_bucket", 900, (), ("user_id",), 3, ("plan",))
    assert aggregation("latency", ["plan"], ["user_id"]) == collected(Project(()), bucket)
