"""
The byte search that decides whether a file is parsed at all: most files of a repository are none of our business.

Nothing here imports a parser: this is all that most files cost.
"""

from __future__ import annotations

import re

STRUCTURED = re.compile(
    rb"\b(?:alert|groups|receivers?|alertmanager\.ya?ml|record"
    rb"|tests|budgets|panels|rows|vizConfig|libraryPanel|cron|providers|datasources|prober"
    rb"|pipelines|processors|exporters|connectors"
    rb"|scrape_configs|scrape_config_files|rule_files|alerting|remote_write|remote_read|storage"
    rb"|external_labels|evaluation_interval|otlp|sampling_fraction"
    rb"|slos|retention|limits_config|compactor|backend_worker|table_manager"
    rb"|prometheusSpec|job_name|scrapeConfigs|additional(?:Service|Pod)Monitors)\b[\"']?[ \t]*:"
    rb"|PrometheusRule|CronJob|GrafanaDashboard|LibraryPanel"
    rb"|dashboard\.grafana\.app/"
    rb"|\"model\"[ \t]*:[ \t]*\{"
    rb"|monitoring\.(?:coreos\.com|rhobs)/"
    rb"|openslo/|pyrra\.dev/|sloth\.slok\.dev/"
    rb"|\bimage[\"']?[ \t]*:[^\n]{0,200}prometheus|\bkind[\"']?[ \t]*:[ \t]*[\"']?Prometheus\b"
    rb"|(?i:escalation[-_ ]?polic|on[-_ ]?call)",
)
"""Words of YAML and JSON by which a kind of document may be told."""

CRONTAB = re.compile(rb"http|/probe|\$|k6|playwright|puppeteer|newman|artillery|cypress|hurl")
"""What stands in a crontab that asks for an address."""


def has_words(data: bytes) -> bool:
    """Whether a file of YAML or JSON may hold telemetry."""
    return STRUCTURED.search(data) is not None
