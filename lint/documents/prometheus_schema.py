"""
What stands in Prometheus' configuration: blocks, their keys, and what each key takes.

Facts of prometheus.io/docs/prometheus/latest/configuration/configuration for Prometheus 2.40 to 3.8. Keys that only
newer versions know are among them, since nobody's version is known here.
"""

from __future__ import annotations

from collections.abc import Mapping

from .shapes import NEW, Block, Many, Shape

TLS_VERSIONS = "TLS10|TLS11|TLS12|TLS13"
TLS = (
    NEW.keys("any", "ca ca_file ca_ref cert cert_file cert_ref key key_file key_ref server_name")
    .keys("bool", "insecure_skip_verify")
    .keys(TLS_VERSIONS, "min_version max_version")
    .build(rivals=("ca ca_file ca_ref", "cert cert_file cert_ref", "key key_file key_ref"))
)
_BASIC = NEW.keys("any", "username username_file username_ref password password_file password_ref").build(
    rivals=("username username_file username_ref", "password password_file password_ref")
)
_AUTHORIZATION = NEW.keys("any", "type credentials credentials_file credentials_ref").build(
    rivals=("credentials credentials_file credentials_ref",)
)
_PROXY = {
    "proxy_url": "url",
    "no_proxy": "any",
    "proxy_from_environment": "bool",
    "proxy_connect_header": "map",
}
_OAUTH = (
    NEW.keys(
        "any",
        "client_id client_secret client_secret_file client_secret_ref client_certificate_key_id audience"
        " client_certificate_key client_certificate_key_file client_certificate_key_ref signature_algorithm iss"
        " grant_type",
    )
    .keys("url", "token_url")
    .keys("texts", "scopes")
    .keys("map", "endpoint_params claims")
    .block({"tls_config": TLS, **_PROXY})
    .build(required="token_url", rivals=("client_secret client_secret_file client_secret_ref",))
)
HTTP: Mapping[str, Shape] = {
    "basic_auth": _BASIC,
    "authorization": _AUTHORIZATION,
    "oauth2": _OAUTH,
    "bearer_token": "any",
    "bearer_token_file": "any",
    "tls_config": TLS,
    "follow_redirects": "bool",
    "enable_http2": "bool",
    "http_headers": "map",
    **_PROXY,
}
_AUTHS = "basic_auth authorization oauth2 bearer_token bearer_token_file"
_AZURE = "azuread sigv4 google_iam"

ACTIONS = "replace|keep|drop|hashmod|labelmap|labeldrop|labelkeep|lowercase|uppercase|keepequal|dropequal"
RELABEL = (
    NEW.keys("any", "separator regex target_label replacement")
    .keys("texts", "source_labels")
    .keys("int", "modulus")
    .keys(ACTIONS, "action")
    .relabelling()
)

_STATIC = NEW.keys("texts", "targets").keys("map", "labels").build()
PROTOCOLS = "PrometheusProto|OpenMetricsText0.0.1|OpenMetricsText1.0.0|PrometheusText0.0.4|PrometheusText1.0.0"
_KUBERNETES = (
    NEW.keys("endpoints|endpointslice|ingress|node|pod|service", "role")
    .keys("any", "api_server kubeconfig_file")
    .block({"selectors": "any", "namespaces": "any", "attach_metadata": "any", **HTTP})
    .build(required="role", rivals=(_AUTHS, "api_server kubeconfig_file"))
)


def _discovery(
    required: str = "", *, roles: str | None = None, role: str = "role", rivals: tuple[str, ...] = (), url: str = ""
) -> Many:
    """A way of discovering targets of which only what it needs is known."""
    shapes: dict[str, Shape] = {"port": "int", "refresh_interval": "duration", **HTTP}
    shapes |= dict.fromkeys(url.split(), "url")
    if roles is not None:
        shapes["role"] = roles
    return Many(
        Block(shapes, tuple(required.split()), (tuple(_AUTHS.split()), *(tuple(one.split()) for one in rivals)), True)
    )


DISCOVERY: Mapping[str, Shape] = {
    "static_configs": Many(_STATIC),
    "file_sd_configs": Many(NEW.keys("texts", "files").keys("duration", "refresh_interval").build(required="files")),
    "dns_sd_configs": Many(
        NEW.keys("texts", "names")
        .keys("A|AAAA|MX|NS|SRV", "type")
        .keys("int", "port")
        .keys("duration", "refresh_interval")
        .build(required="names")
    ),
    "http_sd_configs": Many(
        NEW.keys("url", "url").keys("duration", "refresh_interval").block(HTTP).build("url", (_AUTHS,))
    ),
    "kubernetes_sd_configs": Many(_KUBERNETES),
    "aws_sd_configs": _discovery(),
    "ecs_sd_configs": _discovery(),
    "elasticache_sd_configs": _discovery(),
    "msk_sd_configs": _discovery(),
    "rds_sd_configs": _discovery(),
    "azure_sd_configs": _discovery("subscription_id"),
    "consul_sd_configs": _discovery(),
    "digitalocean_sd_configs": _discovery(),
    "docker_sd_configs": _discovery("host"),
    "dockerswarm_sd_configs": _discovery("host role", roles="services|tasks|nodes"),
    "ec2_sd_configs": _discovery(),
    "eureka_sd_configs": _discovery("server", url="server"),
    "gce_sd_configs": _discovery("project zone"),
    "hetzner_sd_configs": _discovery("role", roles="hcloud|robot"),
    "ionos_sd_configs": _discovery("datacenter_id"),
    "kuma_sd_configs": _discovery("server"),
    "lightsail_sd_configs": _discovery(),
    "linode_sd_configs": _discovery(),
    "marathon_sd_configs": _discovery("servers", rivals=(f"auth_token auth_token_file {_AUTHS}",)),
    "nerve_sd_configs": _discovery("servers paths"),
    "nomad_sd_configs": _discovery(),
    "oci_sd_configs": _discovery("compartments"),
    "openstack_sd_configs": _discovery("role region", roles="hypervisor|instance|loadbalancer"),
    "outscale_sd_configs": _discovery("region", rivals=("secret_key secret_key_file",)),
    "ovhcloud_sd_configs": _discovery(
        "application_key application_secret consumer_key service", roles="vps|dedicated_server", role="service"
    ),
    "puppetdb_sd_configs": _discovery("url query", url="url"),
    "scaleway_sd_configs": _discovery(
        "role access_key project_id", roles="instance|baremetal", rivals=("secret_key secret_key_file",)
    ),
    "serverset_sd_configs": _discovery("servers paths"),
    "stackit_sd_configs": _discovery("project", url="endpoint"),
    "triton_sd_configs": _discovery("account dns_suffix endpoint"),
    "uyuni_sd_configs": _discovery("server username password", url="server"),
    "vultr_sd_configs": _discovery(),
}

_LIMITS = "sample_limit label_limit label_name_length_limit label_value_length_limit target_limit keep_dropped_targets"
_HISTOGRAMS = (
    "convert_classic_histograms_to_nhcb always_scrape_classic_histograms scrape_native_histograms extra_scrape_metrics"
)
ESCAPING = "allow-utf-8|underscores|dots|values"
_SCRAPING = (
    NEW.keys("duration", "scrape_interval scrape_timeout")
    .keys(f"list {PROTOCOLS}", "scrape_protocols")
    .keys("any", "scrape_failure_log_file")
    .keys("size", "body_size_limit")
    .keys("int", _LIMITS)
    .keys("bool", _HISTOGRAMS)
    .keys("legacy|utf8", "metric_name_validation_scheme")
    .keys(ESCAPING, "metric_name_escaping_scheme")
)
GLOBAL = (
    _SCRAPING.keys("duration", "evaluation_interval rule_query_offset")
    .keys("map", "external_labels")
    .keys("any", "query_log_file")
    .build()
)
JOB = (
    _SCRAPING.keys("any", "job_name metrics_path")
    .keys("http|https", "scheme")
    .keys("map", "params")
    .keys("bool", "honor_labels honor_timestamps track_timestamps_staleness enable_compression")
    .keys("bool", "scrape_classic_histograms")
    .keys(PROTOCOLS, "fallback_scrape_protocol")
    .keys("int", "native_histogram_bucket_limit")
    .keys("any", "native_histogram_min_bucket_factor")
    .block({**HTTP, **DISCOVERY, "relabel_configs": Many(RELABEL), "metric_relabel_configs": Many(RELABEL)})
    .build(required="job_name", rivals=(_AUTHS,))
)
_MANAGER = (
    NEW.keys("duration", "timeout")
    .keys("any", "path_prefix")
    .keys("http|https", "scheme")
    .keys("v1|v2", "api_version")
    .block(
        {
            **HTTP,
            **DISCOVERY,
            "sigv4": "any",
            "relabel_configs": Many(RELABEL),
            "alert_relabel_configs": Many(RELABEL),
        }
    )
    .build(rivals=(_AUTHS,))
)
_QUEUE = (
    NEW.keys("int", "capacity max_shards min_shards max_samples_per_send")
    .keys("duration", "batch_send_deadline min_backoff max_backoff sample_age_limit")
    .keys("bool", "retry_on_http_429")
    .build()
)
_METADATA = NEW.keys("bool", "send").keys("duration", "send_interval").keys("int", "max_samples_per_send").build()
_WRITE = (
    NEW.keys("any", "url")
    .keys("duration", "remote_timeout")
    .keys("any", "name azuread sigv4 google_iam")
    .keys("map", "headers")
    .keys("bool", "send_exemplars send_native_histograms round_robin_dns")
    .keys("prometheus.WriteRequest|io.prometheus.write.v2.Request", "protobuf_message")
    .block(
        {
            **HTTP,
            "write_relabel_configs": Many(RELABEL),
            "queue_config": _QUEUE,
            "metadata_config": _METADATA,
        }
    )
    .build(required="url", rivals=(f"{_AUTHS} {_AZURE}",))
)
_READ = (
    NEW.keys("any", "url")
    .keys("duration", "remote_timeout")
    .keys("any", "name chunked_read_limit")
    .keys("map", "headers required_matchers")
    .keys("bool", "read_recent filter_external_labels")
    .block(HTTP)
    .build(required="url", rivals=(_AUTHS,))
)
_RETENTION = NEW.keys("duration", "time").keys("size", "size").keys("any", "percentage").build()
_TSDB = (
    NEW.keys("duration", "out_of_order_time_window")
    .keys("any", "stale_series_compaction_threshold")
    .block({"retention": _RETENTION, "chunk_encoding": NEW.keys("xor|xor2", "floats").build()})
    .build()
)
_STORAGE = NEW.block({"tsdb": _TSDB, "exemplars": NEW.keys("int", "max_exemplars").build()}).build()
_TRACING = (
    NEW.keys("grpc|http", "client_type")
    .keys("any", "endpoint sampling_fraction")
    .keys("bool", "insecure")
    .keys("map", "headers http_headers")
    .keys("gzip", "compression")
    .keys("duration", "timeout")
    .block({"tls_config": TLS})
    .build(required="endpoint")
)
_STRATEGIES = (
    "UnderscoreEscapingWithSuffixes|NoUTF8EscapingWithSuffixes|UnderscoreEscapingWithoutSuffixes|NoTranslation"
)
_OTLP = (
    NEW.keys("texts", "promote_resource_attributes ignore_resource_attributes")
    .keys(
        "bool",
        "promote_all_resource_attributes keep_identifying_resource_attributes convert_histograms_to_nhcb"
        " promote_scope_metadata label_name_underscore_sanitization label_name_preserve_multiple_underscores",
    )
    .keys(_STRATEGIES, "translation_strategy")
    .build(rivals=("promote_all_resource_attributes promote_resource_attributes",))
)
TOP = NEW.block(
    {
        "global": GLOBAL,
        "runtime": NEW.keys("int", "gogc").build(),
        "rule_files": "texts",
        "scrape_config_files": "texts",
        "scrape_configs": Many(JOB),
        "alerting": NEW.block({"alertmanagers": Many(_MANAGER), "alert_relabel_configs": Many(RELABEL)}).build(),
        "remote_write": Many(_WRITE),
        "remote_read": Many(_READ),
        "storage": _STORAGE,
        "tracing": _TRACING,
        "otlp": _OTLP,
    }
).build()
"""A whole configuration."""
