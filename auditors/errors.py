"""Why a question to a live system has no answer. Each says so in words that never hold a credential."""

from __future__ import annotations

import re
from typing import ClassVar

_USERINFO = re.compile(r"(?<=://)[^/\s@]+@")
_SECRET_PARAMETER = re.compile(r"(?i)([?&][\w-]*(?:token|key|secret|passw|auth|sig)[\w-]*=)[^&\s\"'#]+")


def redact(text: str) -> str:
    """The text without the user, the password and the secret parameters of the URLs in it."""
    return _SECRET_PARAMETER.sub(r"\1***", _USERINFO.sub("", text))


class LiveError(Exception):
    """
    A question that has no answer; `str()` of it is the sentence for the report.

    `fatal` says whether the run could not check what it was asked to check.
    """

    fatal: ClassVar[bool] = True

    def __init__(self, why: str) -> None:
        super().__init__(redact(why))


class Unreachable(LiveError):
    """No connection: refused, no such host, a certificate that does not hold."""


class Elsewhere(LiveError):
    """A system beside the server does not answer; the server itself may."""


class TimedOut(LiveError):
    """The server took longer than it was given."""


class Refused(LiveError):
    """The server answered with a 4xx, a 5xx or a redirection that is not followed."""


class NotJson(LiveError):
    """The answer is HTML or otherwise no JSON."""


class Malformed(LiveError):
    """The answer is JSON, and not of the form that Prometheus documents."""


class Truncated(LiveError):
    """The answer ended early, is larger than the limit, or says itself that it is partial."""


class Exhausted(LiveError):
    """The requests, samples or seconds of the run are used up."""


class TooDear(LiveError):
    """One query would read more samples than the limits allow."""


class NotAsked(LiveError):
    """It is only planned what would be asked."""


class NotRecorded(LiveError):
    """The snapshot has no answer to the question."""


class Unsupported(LiveError):
    """The backend does not have the endpoint, or there is no such backend."""

    fatal = False


KINDS: dict[str, type[LiveError]] = {
    kind.__name__: kind
    for kind in (
        Unreachable,
        Elsewhere,
        TimedOut,
        Refused,
        NotJson,
        Malformed,
        Truncated,
        Exhausted,
        TooDear,
        NotAsked,
        NotRecorded,
        Unsupported,
    )
}
"""The kinds by name, as snapshots spell them."""
