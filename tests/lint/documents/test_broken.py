"""What cannot be parsed is a finding where it is known for what it is, and never silent."""

import json

import pytest

from obsaudit.lint.documents import SourceSettings, dashboards, kinds, parse
from obsaudit.lint.nodes import Unparsable
from obsaudit.lint.region import Text

RULES = """\
groups:
- name: api
  rules:
  - alert: ApiDown
    expr: up == 0
    annotations:
      summary: "{{ $labels.instance }} is down
      description: "{{ if eq $value 0.0 }}{{ .Labels.job }}{{ end }}"
"""
KINDS = {
    "Prometheus rules": RULES,
    "Prometheus configuration": "global:\n  scrape_interval: 15s\nscrape_configs:\n- job_name: 'a\n",
    "Prometheus of a tool": "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec: {\n",
    "Alertmanager": "route:\n  receiver: a\nreceivers:\n- name: 'a\n",
    "collector configuration": "receivers:\n  otlp: {\nexporters:\n  debug:\nservice:\n  pipelines:\n",
    "blackbox modules": "modules:\n  http:\n    prober: http\n\ttimeout: 5s\n",
    "service level objectives": "apiVersion: openslo/v1\nkind: SLO\nspec: {\n",
    "latency budgets": "budgets:\n- endpoint: GET /a\n  p50: '100ms\n",
    "rule tests": "rule_files: [a.yml]\ntests:\n- input_series:\n  - series: 'up\n",
    "Grafana provisioning": "apiVersion: 1\nproviders:\n- name: 'a\n",
    "Grafana alerts": "groups:\n- folder: a\n  rules:\n  - uid: a\n    noDataState: 'OK\n",
    "retention": "limits_config:\n  retention_period: '30d\n",
    "on-call": "Escalation Policy: a\nLevel 1: 'somebody\n",
    "scrape resource": "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nspec: {\n",
    "cron probes": "apiVersion: batch/v1\nkind: CronJob\nspec: {\n",
}


def read(text, name="a.yml"):
    return parse(Text.of_file(text, name), name, SourceSettings())


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_file_is_a_finding(kind):
    parsed = read(KINDS[kind])

    assert ([kind], None) == ([one.kind for one in parsed.nodes if isinstance(one, Unparsable)], parsed.skipped)


def test_every_kind_is_known_where_it_is_broken():
    """
    One that is added says by which words.
    """
    assert sorted([*KINDS, dashboards.KIND]) == sorted(kind.name for kind in kinds.KINDS)


@pytest.mark.parametrize("cut", [-1, -2, -20])
def test_a_broken_dashboard(cut):
    text = json.dumps({"title": "A", "schemaVersion": 39, "panels": [{"type": "stat", "title": "B"}]}, indent=1)

    assert ["Grafana dashboard"] == [one.kind for one in read(text[:cut], "a.json").nodes]


@pytest.mark.parametrize(
    "line",
    [
        "  - alert: {{ .Values.name }}",
        "{{- if $enabled }}",
        '{{ include "labels" . }}',
        "    expr: {{ threshold }} > 1",
        "    expr: {{ .threshold }} > 1",
        "{% if a %}",
    ],
)
def test_a_template_is_skipped(line):
    """
    A chart or a playbook is rendered before it is rules.
    """
    parsed = read(f"groups:\n- name: a\n  rules:\n{line}\n  - alert: A\n    expr: up\n{line}: [\n")

    assert ("a template, to be rendered before it can be checked", ()) == (parsed.skipped, parsed.nodes)


def test_an_annotation_without_its_quotes_is_no_template():
    """
    Prometheus refuses it, and so does obsaudit.
    """
    parsed = read(
        "groups:\n- name: a\n  rules:\n  - alert: A\n    annotations:\n      summary: {{ $labels.job }} down\n"
    )

    assert ["Prometheus rules"] == [one.kind for one in parsed.nodes if isinstance(one, Unparsable)]


def test_what_is_not_known_is_skipped_with_the_reason():
    """
    It has a word of telemetry, or it would not have been read, and is no YAML.
    """
    parsed = read("storage:\n  a: [1, 2\n")

    assert parsed.skipped.startswith("neither YAML nor JSON: ")
    assert parsed.skipped.endswith("(line 2)")
    assert ((), ()) == (parsed.nodes, parsed.kinds)


def test_a_document_in_a_resource_is_of_the_kind_of_that():
    """
    Nothing in the text itself has to tell.
    """
    parsed = read('kind: GrafanaDashboard\nspec:\n  json: |\n    {"title": "A",\n')

    assert ["Grafana dashboard"] == [one.kind for one in parsed.nodes if isinstance(one, Unparsable)]
