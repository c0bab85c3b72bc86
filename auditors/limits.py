"""What a run may cost a server."""

from __future__ import annotations

from ..lint.record import Record


class Limits(Record):
    """What a run may cost a server. The defaults are safe for one that others need."""

    requests: int = 500
    seconds: float = 300.0
    samples: int = 50_000_000
    """That the queries of the run read, as the server counts them."""

    query_samples: int = 10_000_000
    """That one query may be expected to read; a dearer one is not asked."""

    rate: float = 20.0
    """Requests a second at most, to all systems together."""

    concurrency: int = 4
    """Requests that are being answered at a time. Queries among them read no more together than one may."""

    bytes: int = 32 * 1024 * 1024
    """Of one answer."""

    connect: float = 5.0
    read: float = 30.0
    retries: int = 2
    backoff: float = 0.5
    """Seconds before the first retry; doubled, and jittered, for each further one."""
