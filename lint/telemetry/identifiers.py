"""
Names that tell of one thing among millions: `user_id`, `traceId`, `client.address`.

One table for every language and for PromQL, because a label is called alike wherever it stands.
Tenants, organisations, customers, clients and devices are not in it: to tell them apart is often the very
purpose of a metric, and how many there are is a decision.
"""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def identifier(name: str) -> str | None:
    """
    What a label of that name tells apart, as in «a user»; None for a name that is no identifier.

    `user_id`, `userId`, `user.id`, `app_user_id` and `X-User-Id` are one name.
    """
    return _look_up(_IDENTIFIERS, snake_case(name))


def likeness(meaning: str) -> str:
    """What a value is that only its name makes look unbounded: a user has an identifier, an e-mail address is one."""
    return f"named like {meaning}'s identifier" if meaning in _OWNERS else f"named like {meaning}"


@lru_cache(maxsize=4096)
def free_text(name: str) -> str | None:
    """
    What a variable of that name usually holds, where that has no end of values: `error_message`, `path`.

    Weaker than `identifier`: such a name is just as often given to a value that was made safe before.
    """
    return _look_up(_FREE_TEXTS, snake_case(name))


@lru_cache(maxsize=4096)
def is_trace_field(name: str) -> bool:
    """Whether a log field of that name carries the trace, in any of its accepted spellings."""
    return _TRACE_FIELD.fullmatch(snake_case(name)) is not None


@lru_cache(maxsize=4096)
def is_correlation_field(name: str) -> bool:
    """Whether a log field of that name ties the records of one request together: a trace or a request id."""
    return is_trace_field(name) or _REQUEST_FIELD.fullmatch(snake_case(name)) is not None


TELEMETRY_WORDS = (
    r"(?<![a-z])(?:metrics?|telemetry|instrument(?:s|ation)?|monitor(?:ing|s)?|stats|statistics|prometheus|prom"
    r"|observability|track(?:ing|ers?)?|counters?|gauges?|histograms?)(?![a-z])"
)
"""Words by which a module that makes or keeps instruments is told, as a pattern for upper and lower case."""


@lru_cache(maxsize=4096)
def sounds_like_telemetry(module: str) -> bool:
    """Whether a file is called like one that makes instruments, so that imports of it are followed."""
    return _TELEMETRY.search(module) is not None


@lru_cache(maxsize=8192)
def snake_case(name: str) -> str:
    """`userId`, `user.id`, `User-ID` and `user_id` as `user_id`."""
    parted = _HUMP.sub("_", name)
    return _SEPARATORS.sub("_", parted).strip("_").lower()


def _look_up(table: tuple[tuple[re.Pattern[str], str], ...], name: str) -> str | None:
    return next((meaning for pattern, meaning in table if pattern.search(name)), None)


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")

_TELEMETRY = re.compile(TELEMETRY_WORDS, re.IGNORECASE)

_TRACE_FIELD = re.compile(
    r"(otel_|dd_|datadog_|xray_|amzn_|ot_|otel)?trace_?(id|parent|context)|traceparent|logging_googleapis_com_trace"
)
_REQUEST_FIELD = re.compile(r"(x_)?(http_|aws_)?(request|correlation|req)_?id|cid")

_ID = r"_?(id|uuid|guid|uid)$"

# What one id of it stands for. The order does not matter: no two of them match one name.
_ENTITIES = {
    "a user": "user|usr|enduser|member|visitor|subscriber|person|profile",
    "an account": "account|acct",
    "a session": "session|sess",
    "a request": "request|req|correlation|invocation|call",
    "a trace": "trace",
    "a span": "span",
    "an event": "event",
    "an order": "order|cart|basket|checkout|booking|ticket",
    "a payment": "invoice|payment|transaction|txn|charge|refund",
    "a message": "message|msg|notification|conversation|chat|comment|response",
    "a job": "job|task|run|execution|build|upload|download|crawl",
    "a connection": "connection|conn|socket",
    "a thread": "thread",
    "a document": "document|doc|file|post|article",
}

_OWNERS = frozenset((*_ENTITIES, "a person", "an object"))

_IDENTIFIERS = (
    *((re.compile(rf"(^|_)({words}){_ID}"), meaning) for meaning, words in _ENTITIES.items()),
    (re.compile(r"(^|_)(order|invoice|payment|transaction|booking|ticket)_?(number|no|hash|ref|key)$"), "a payment"),
    (re.compile(r"^(user_?name|user_hash|user_key|login_name|nickname|screen_name)$"), "a user"),
    (re.compile(r"^(session|session_key|sess|jsessionid|sid)$"), "a session"),
    (re.compile(r"(^|_)(trace_?parent)$"), "a trace"),
    (re.compile(r"(^|_)e_?mail(_addr(ess)?)?$"), "an e-mail address"),
    (re.compile(r"(^|_)(phone|phone_number|msisdn)$"), "a phone number"),
    (re.compile(r"^(card_number|pan|iban|ssn|passport(_number)?|tax_id)$"), "a person"),
    (
        re.compile(
            r"^ip(_?addr(ess)?)?$|(^|_)(client|remote|peer|source|src|user|caller|visitor)_(ip|ip_?addr(ess)?|addr(ess)?)$"
            r"|x_forwarded_for$"
        ),
        "an IP address",
    ),
    (re.compile(r"(^|_)(client|remote|peer|source|src)_port$"), "a connection"),
    (re.compile(r"^((full|raw|request|http|page|target)_)?url(_full)?$|(^|_)referr?er$"), "a URL"),
    (re.compile(r"^(url_path|raw_path|full_path|request_path|request_uri|http_target)$"), "a raw path"),
    (re.compile(r"(^|_)(query_string|url_query|query_params)$"), "a query string"),
    (re.compile(r"(^|_)user_agent(_original)?$"), "a user agent"),
    (re.compile(r"^(db_)?(sql|statement|query_text|sql_text|sql_query)$"), "the text of a query"),
    (re.compile(r"(^|_)(access_token|refresh_token|id_token|auth_token|jwt|api_?key)$"), "a credential"),
    (re.compile(r"(^|_)(error|exception|err|exc)_(message|msg|text|stack_?trace|detail|details)$"), "an error text"),
    (re.compile(r"(^|_)(stack_?trace|traceback)$"), "a stack trace"),
    (re.compile(r"^(timestamp|created_at|updated_at|started_at|finished_at)$"), "a moment"),
    (re.compile(r"^(lat|lon|lng|latitude|longitude)$"), "a position"),
    (re.compile(r"^(uuid|guid|ulid)$"), "an object"),
)

_FREE_TEXTS = (
    *_IDENTIFIERS,
    (re.compile(r"(^|_)(path|uri|url|href)$"), "a path"),
    (re.compile(r"(^|_)(query|sql|statement)$"), "the text of a query"),
    (re.compile(r"^(body|payload|raw|content|text)$|_(body|payload)$"), "a text"),
    (re.compile(r"^(user|username|visitor)$"), "a user"),
    (re.compile(r"(^|_)(message|msg|detail|details)$"), "a text"),
    (re.compile(r"(^|_)(file_?name|file_?path)$"), "a file"),
)
