"""
What stands in Alertmanager's configuration: sections, keys, and what each way of notifying needs.

Facts of prometheus.io/docs/alerting/latest/configuration and of Alertmanager 0.25 to 0.32; keys that
only newer versions know are among them, since nobody's version is known here.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..record import Record

TOP = frozenset("global route receivers templates inhibit_rules mute_time_intervals time_intervals tracing".split())
ROUTE = frozenset(
    "receiver group_by continue match match_re matchers group_wait group_interval repeat_interval"
    " mute_time_intervals active_time_intervals routes labels".split()
)
INHIBITION = frozenset(
    "name source_match source_match_re source_matchers target_match target_match_re target_matchers equal".split()
)
INTERVAL = frozenset("name time_intervals".split())
PERIOD = frozenset("times weekdays days_of_month months years location".split())
GLOBAL = frozenset(
    "resolve_timeout http_config jira_api_url smtp_from smtp_hello smtp_smarthost smtp_auth_username"
    " smtp_auth_password smtp_auth_password_file smtp_auth_secret smtp_auth_secret_file smtp_auth_identity"
    " smtp_require_tls smtp_tls_config smtp_force_implicit_tls slack_api_url slack_api_url_file slack_app_token"
    " slack_app_token_file slack_app_url pagerduty_url opsgenie_api_url opsgenie_api_key opsgenie_api_key_file"
    " wechat_api_url wechat_api_secret wechat_api_secret_file wechat_api_corp_id victorops_api_url victorops_api_key"
    " victorops_api_key_file telegram_api_url telegram_bot_token telegram_bot_token_file webex_api_url"
    " rocketchat_api_url rocketchat_token rocketchat_token_file rocketchat_token_id rocketchat_token_id_file"
    " mattermost_webhook_url mattermost_webhook_url_file".split()
)
HTTP = frozenset(
    "basic_auth authorization oauth2 bearer_token bearer_token_file proxy_url no_proxy proxy_from_environment"
    " proxy_connect_header follow_redirects enable_http2 tls_config http_headers".split()
)
TLS = frozenset(
    "ca ca_file cert cert_file key key_file ca_ref cert_ref key_ref server_name insecure_skip_verify"
    " min_version max_version".split()
)
SECTIONS: Mapping[str, frozenset[str]] = {
    "http_config": HTTP,
    "tls_config": TLS,
    "smtp_tls_config": TLS,
    "basic_auth": frozenset("username username_file username_ref password password_file password_ref".split()),
    "authorization": frozenset("type credentials credentials_file credentials_ref".split()),
}
"""Keys of the blocks that stand in several places."""

BOOLEANS = frozenset(
    "continue send_resolved smtp_require_tls require_tls follow_redirects enable_http2 proxy_from_environment"
    " insecure_skip_verify short_fields link_names disable_notifications update_alerts monospace".split()
)
DURATIONS = frozenset("resolve_timeout group_wait group_interval repeat_interval".split())

SECRETS = frozenset(
    "smtp_auth_password smtp_auth_secret slack_api_url slack_app_token opsgenie_api_key wechat_api_secret"
    " victorops_api_key telegram_bot_token rocketchat_token rocketchat_token_id mattermost_webhook_url"
    " auth_password auth_secret api_url routing_key service_key api_key api_secret user_key token token_id bot_token"
    " webhook_url app_token alert_source_token url password credentials client_secret secret_key bearer_token"
    " key".split()
)
"""The last part of the path of values that nobody may read; of a URL only where it holds a secret."""


class Need(Record):
    """One of `own` must be given, in the integration or as one of `globals`."""

    own: tuple[str, ...]
    globals: tuple[str, ...] = ()


class Kind(Record):
    """
    A way of notifying: its keys, what it needs, and which of its values are URLs.

    Without keys, none is held to be unknown: the integration is too young.
    """

    keys: frozenset[str] = frozenset()
    needs: tuple[Need, ...] = ()
    urls: frozenset[str] = frozenset()


_COMMON = "send_resolved http_config timeout"


def _kind(keys: str, *needs: Need, urls: str = "") -> Kind:
    return Kind(frozenset(f"{_COMMON} {keys}".split()) if keys else frozenset(), needs, frozenset(urls.split()))


def _or_file(key: str, shared: str | None = None) -> Need:
    """A value that can stand here, in a file, or for all integrations together."""
    return Need((key, f"{key}_file"), (shared, f"{shared}_file") if shared else ())


KINDS: Mapping[str, Kind] = {
    "email": _kind(
        "to from hello smarthost auth_username auth_password auth_password_file auth_secret auth_secret_file"
        " auth_identity headers html text require_tls tls_config force_implicit_tls threading",
        Need(("to",)),
        Need(("smarthost",), ("smtp_smarthost",)),
        Need(("from",), ("smtp_from",)),
    ),
    "pagerduty": _kind(
        "service_key service_key_file routing_key routing_key_file url client client_url description details images"
        " links source severity class component group",
        Need(("routing_key", "service_key", "routing_key_file", "service_key_file")),
        urls="url",
    ),
    "slack": _kind(
        "api_url api_url_file app_token app_token_file app_url channel username color title title_link pretext text"
        " message_text fields short_fields footer fallback callback_id icon_emoji icon_url image_url thumb_url"
        " link_names mrkdwn_in actions update_message",
        Need(
            ("api_url", "api_url_file", "app_token", "app_token_file"),
            ("slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file"),
        ),
        urls="api_url",
    ),
    "webhook": _kind("url url_file max_alerts payload", _or_file("url"), urls="url"),
    "opsgenie": _kind(
        "api_key api_key_file api_url message description source details entity responders actions tags note priority"
        " update_alerts",
        _or_file("api_key", "opsgenie_api_key"),
        urls="api_url",
    ),
    "victorops": _kind(
        "api_key api_key_file api_url routing_key message_type state_message entity_display_name monitoring_tool"
        " custom_fields",
        _or_file("api_key", "victorops_api_key"),
        Need(("routing_key",)),
        urls="api_url",
    ),
    "pushover": _kind(
        "user_key user_key_file token token_file title message url url_title device sound priority retry expire ttl"
        " html monospace",
        _or_file("user_key"),
        _or_file("token"),
    ),
    "sns": _kind(
        "api_url sigv4 topic_arn target_arn phone_number subject message attributes",
        Need(("topic_arn", "target_arn", "phone_number")),
    ),
    "telegram": _kind(
        "api_url bot_token bot_token_file chat_id chat_id_file message_thread_id message parse_mode"
        " disable_notifications",
        _or_file("bot_token", "telegram_bot_token"),
        Need(("chat_id", "chat_id_file")),
        urls="api_url",
    ),
    "discord": _kind(
        "webhook_url webhook_url_file content title message username avatar_url",
        _or_file("webhook_url"),
        urls="webhook_url",
    ),
    "msteams": _kind("webhook_url webhook_url_file title summary text", _or_file("webhook_url"), urls="webhook_url"),
    "msteamsv2": _kind("webhook_url webhook_url_file title text", _or_file("webhook_url"), urls="webhook_url"),
    "webex": _kind("api_url room_id message", Need(("room_id",)), urls="api_url"),
    "wechat": _kind(
        "api_secret api_secret_file corp_id api_url message message_type agent_id to_user to_party to_tag",
        _or_file("api_secret", "wechat_api_secret"),
        Need(("corp_id",), ("wechat_api_corp_id",)),
        urls="api_url",
    ),
    "rocketchat": _kind(
        "",
        _or_file("token", "rocketchat_token"),
        _or_file("token_id", "rocketchat_token_id"),
    ),
    "mattermost": _kind("", _or_file("webhook_url", "mattermost_webhook_url")),
    "jira": _kind(""),
    "incidentio": _kind(""),
    "onebot": _kind(""),
}
"""Every way of notifying, by the part of its key before `_configs`."""
