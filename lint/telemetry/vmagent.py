"""
What VictoriaMetrics' vmagent takes beside what Prometheus does: it reads the same files.

Sources: docs.victoriametrics.com (vmagent, relabelling, `sd_configs`); held against `vmagent -dryRun` by a test.
"""

ACTIONS = frozenset(
    "replace_all labelmap_all keep_metrics drop_metrics keep_if_equal drop_if_equal keep_if_contains drop_if_contains"
    " graphite".split()
)
"""Actions of relabelling."""

STEP_KEYS = frozenset(("if", "match", "labels"))
"""Keys of a step of relabelling; the last two belong to `graphite`."""

JOB_KEYS = frozenset(
    "scrape_align_interval scrape_offset stream_parse no_stale_markers series_limit headers disable_compression"
    " disable_keepalive relabel_debug metric_relabel_debug max_scrape_size proxy_authorization proxy_basic_auth"
    " proxy_bearer_token proxy_bearer_token_file proxy_headers proxy_oauth2 proxy_tls_config consulagent_sd_configs"
    " yandexcloud_sd_configs vultr_configs".split()
)
"""Keys of a job."""

RELABELLING = ("relabel_configs", "metric_relabel_configs")
"""Lists of steps that it takes in `global`, too."""
