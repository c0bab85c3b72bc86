"""
Names that tell of something which must not be seen in telemetry: `password`, `apiKey`, `Set-Cookie`.

One table for every language. What has several meanings (`token`, which parsers and language models have millions of)
is not certain.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..record import Record
from .identifiers import snake_case


class Sensitive(Record):
    """What a name stands for, in words, and whether it can hardly stand for anything else."""

    meaning: str
    certain: bool


def harmless(name: str) -> bool:
    """Whether a name says that what it holds is not the secret itself: `has_password`, `token_hash`."""
    return _HARMLESS.search(snake_case(name)) is not None


def header(name: str) -> Sensitive | None:
    """What a header of a request or a response holds; the names of credentials leave no doubt there."""
    if snake_case(name) in ("authorization", "proxy_authorization", "cookie", "set_cookie"):
        return Sensitive("a credential", certain=True)
    return sensitive(name)


@lru_cache(maxsize=8192)
def sensitive(name: str) -> Sensitive | None:
    """What a variable, a key or a header of that name holds; None for what may be seen."""
    plain = snake_case(name)
    if harmless(plain):
        return None
    return next((Sensitive(meaning, certain) for pattern, meaning, certain in _TABLE if pattern.search(plain)), None)


_HARMLESS = re.compile(
    # What is said about a secret, or was done to it.
    r"^(is|has|had|no|use|uses|using|with|without|show|forgot|change|allow|allows|need|needs|require|requires|invalid"
    r"|missing|wrong|empty|set|update|verify|check|validate|ask|enable|disable|generate|supports?|max|min|num|n|total"
    r"|next|prev|previous|current|page|pagination|continuation|start|end|first|last|eos|bos|pad|unk|sep|cls|mask|stop"
    r"|since|now|from|to|batch|stream|special|input|output|prompt|completion|cancel|cancellation|public)_"
    # What a setting, an attribute or a header is called.
    r"|^(conf|attr)_|_header_"
    r"|without|mask|redact|hash|encrypt|obfuscat|hidden|censor|sanitiz|scrub|anonymi|digest|fingerprint"
    r"|(continuation|next_page|page|sync|cursor|cancellation|delimiter)_?token$"
)

_TOKENS = (
    "access|refresh|auth|bearer|id|api|session|csrf|xsrf|reset|login|oauth2?|personal|security|jwt|secret|user"
    "|signin|verification|invite|service_account"
)
_TABLE = tuple(
    (re.compile(pattern), meaning, certain)
    for pattern, meaning, certain in (
        (r"(^|_)(password|passwd|pwd|passphrase)$", "a password", True),
        (
            rf"(^|_)({_TOKENS})_?token$",
            "a token",
            True,
        ),
        (r"(^|_)jwt$", "a token", True),
        (r"(^|_)(api|secret|private|signing|encryption|master)_?key$|(^|_)secret_access_key$", "a key", True),
        (r"(^|_)(client|app|webhook|shared|consumer|jwt|signing)_secret$", "a secret", True),
        (r"(^|_)(card|cc|credit_card|debit_card)_?(number|num)$|(^|_)(cvv2?|cvc)$", "card data", True),
        (r"(^|_)(social_security_number|iban|passport_(number|no)|national_id|tax_id)$", "personal data", True),
        (r"(^|_)auth(orization)?_header$|(^|_)set_cookie$|^x_(api_key|auth_token|csrf_token)$", "a credential", True),
        (r"(^|_)(token|secret|credentials?|bearer|otp)$|^(authorization|pin)$", "a credential", False),
        (r"(^|_)cookies?$", "a cookie", False),
        (
            r"(^|_)(connection_string|dsn)$|(^|_)(database|db|redis|postgres|mongo|amqp|broker)_(url|uri)$",
            "an address with its password",
            False,
        ),
        (r"(^|_)e_?mail(_addr(ess)?)?$", "an e-mail address", False),
        (r"(^|_)(phone|phone_number|msisdn)$", "a phone number", False),
        # A storage's serial number is an `ssn`, too.
        (r"(^|_)(ssn|date_of_birth|birth_?date|dob)$", "personal data", False),
    )
)
