"""Which values of a configuration are secrets, which only hold their place, and which another tool fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ...lint import Location
from ...lint.nodes import AlertmanagerConfig, Field, Node
from ...lint.record import Record
from ...lint.telemetry.credentials import State, state_of

_SECRETS = frozenset(
    "smtp_auth_password smtp_auth_secret slack_api_url slack_app_token opsgenie_api_key wechat_api_secret"
    " victorops_api_key telegram_bot_token rocketchat_token rocketchat_token_id mattermost_webhook_url auth_password"
    " auth_secret api_url routing_key service_key api_key api_secret user_key token token_id bot_token webhook_url"
    " app_token alert_source_token url password credentials client_secret secret_key bearer_token".split()
)
_URLS = frozenset("slack_api_url api_url webhook_url mattermost_webhook_url url".split())

# Where the path of a URL is the credential: who has it may write to the channel.
_SECRET_URLS = re.compile(
    r"hooks\.slack\.com/(?:services|workflows|triggers)/.+|discord(?:app)?\.com/api/webhooks/.+"
    r"|outlook\.office(?:365)?\.com/webhook/.+|\.webhook\.office\.com/.+|chat\.googleapis\.com/.*[?&](?:key|token)=.+"
    r"|api\.telegram\.org/bot.+|/hooks/\w{20,}|/integrations/generic/\d+/alert/[\w-]{20,}"
    r"|[?&](?:token|key|sig|secret|api_?key|access_token)=[^&]{6,}",
    re.I,
)


class Credential(Record):
    """A value that should be a secret: its key, where it stands, whose it is."""

    name: str
    field: Field
    owner: Node
    state: State

    @property
    def at(self) -> Location:
        """Where the value stands."""
        return self.owner.place(self.field.value)

    @property
    def where(self) -> str:
        """To whom it belongs, in words."""
        return "`global`" if isinstance(self.owner, AlertmanagerConfig) else f"`{self.owner.at.subject}`"


def credentials(config: AlertmanagerConfig) -> Iterator[Credential]:
    """The credentials of a configuration that stand in it, true or not."""
    places: list[tuple[Node, str, str, Field]] = [(config, "", path, field) for path, field in config.globals.items()]
    for receiver in config.receivers:
        for integration in receiver.integrations:
            places += [(receiver, integration.kind, path, field) for path, field in integration.fields.items()]
    for owner, kind, path, field in places:
        name = path.rpartition(".")[2]
        secret = name in _SECRETS or path.endswith("tls_config.key")
        if not secret or (kind, name) == ("victorops", "routing_key"):  # names a team, and is no secret
            continue
        state = _state(name, field.value.value)
        if state is not None:
            yield Credential(name, field, owner, state)


def _state(name: str, value: str) -> State | None:
    state = state_of(value)
    return None if state is State.PLAIN and name in _URLS and not _is_secret_url(value) else state


def _is_secret_url(value: str) -> bool:
    if _SECRET_URLS.search(value):
        return True
    try:
        return urlsplit(value).password is not None
    except ValueError:
        return False
