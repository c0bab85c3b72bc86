"""
Auditors: rules that ask a live system, one file each. An auditor is found by being here.

A run is `audit(ALL, live, project)`, where `live` is `connect(url, now)` or `load(path)`.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from inspect import isclass
from pathlib import Path

from .auditor import Auditor, Holds, Recorded, Unknown, Violated
from .budget import Budget
from .catalog import Catalog, nodes
from .credentials import Credentials, CredentialsError
from .difference import Difference, difference
from .errors import LiveError
from .limits import Limits
from .live import Answer, Live, Question
from .plan import plan
from .redaction import redacted
from .run import LiveResult, audit
from .snapshot import Recorder, Snapshot, SnapshotError, load

__all__ = [
    "ALL",
    "Answer",
    "Auditor",
    "Budget",
    "Catalog",
    "Credentials",
    "CredentialsError",
    "Difference",
    "Holds",
    "Limits",
    "Live",
    "LiveError",
    "LiveResult",
    "Question",
    "Recorded",
    "Recorder",
    "Snapshot",
    "SnapshotError",
    "Unknown",
    "Violated",
    "audit",
    "connect",
    "difference",
    "load",
    "nodes",
    "plan",
    "redacted",
]


def connect(
    url: str,
    now: datetime,
    name: str | None = None,
    environment: Mapping[str, str] = os.environ,
    *,
    limits: Limits | None = None,
    tenant: str | None = None,
    loki: str | None = None,
    alertmanager: str | None = None,
    cache: Path | None = None,
) -> Live:
    """
    The server at an address, with the credentials of the environment. Asks it nothing yet.

    With a `cache` folder it goes on where a run that was cut short has stopped.
    Raises `CredentialsError`. The client library is imported here, when there is a server to ask.
    """
    from .journal import Journal, place
    from .prometheus import Alertmanager, Loki, Server

    credentials = Credentials.for_server(name, environment)
    if tenant is not None:
        credentials = replace(credentials, headers={"X-Scope-OrgID": tenant, **credentials.headers})

    def of(kind: str) -> Credentials:
        return Credentials.for_server(f"{name}_{kind}" if name else kind, environment)

    budget = Budget(limits or Limits())
    server = Server(
        url,
        now,
        name=name,
        credentials=credentials,
        budget=budget,
        loki=Loki(loki, of("loki"), budget) if loki else None,
        alertmanager=Alertmanager(alertmanager, of("alertmanager"), budget) if alertmanager else None,
    )
    return Journal(server, place(cache, server.url, server.credentials)) if cache else server


def _discover() -> Iterator[Auditor]:
    for folder in pkgutil.iter_modules(__path__):
        if not folder.ispkg:
            continue
        package = importlib.import_module(f"{__name__}.{folder.name}")
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                yield from _auditors_of(f"{package.__name__}.{module.name}")


def _auditors_of(name: str) -> Iterator[Auditor]:
    for value in vars(importlib.import_module(name)).values():
        if isclass(value) and issubclass(value, Auditor) and value.__module__ == name:
            yield value()


ALL: tuple[Auditor, ...] = tuple(sorted(_discover(), key=lambda auditor: auditor.id))
"""Every auditor, with its default options."""
