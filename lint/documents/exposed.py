"""What is shown where it should not be seen, in any language."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

from ..record import Record
from ..telemetry.sensitive import Sensitive

N = TypeVar("N")
"""The language's node of syntax."""

HEADERS = Sensitive("the request's headers", certain=True)
COOKIES = Sensitive("the request's cookies", certain=True)
BODY = Sensitive("the request's body", certain=True)
"""Parts of a request that hold whatever the client sent."""

ENVIRONMENT = Sensitive("the whole environment of the process", certain=True)

LOG = "a log"
SPAN_ATTRIBUTE = "a span attribute"
BAGGAGE = "baggage"


class Found(Record, Generic[N], eq=False):
    """An expression, and what it shows."""

    node: N
    what: Sensitive


def cleaners(*more: str) -> re.Pattern[str]:
    """Names of functions whose result shows no more what they were given, in a language that has further ones."""
    words = ("mask", "redact", "hash", "censor", "sanitiz", "scrub", "anonymi", "obfusc", "encrypt")
    return re.compile("|".join((*words, *more)), re.IGNORECASE)
