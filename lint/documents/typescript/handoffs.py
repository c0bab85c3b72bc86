"""Work that leaves a span: a queue and a worker thread know nothing of the trace unless they are told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...nodes import Handoff, Language
from .names import Names
from .scopes import Site
from .tree import Node, calls_in, member_name

_INJECTS = re.compile(r"propagation\.inject|\binject(?:Context|TraceContext)?\(")
_QUEUES = frozenset({"bullmq.Queue"})
_QUEUEING = frozenset({"add", "addBulk"})
_WORKERS = frozenset({"worker_threads.Worker", "node:worker_threads.Worker"})


class Handoffs:
    """The work of a file's spans that is done elsewhere."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source

    def of(self, body: Node, site: Site) -> Iterator[Handoff]:
        """Each call in the code in which a span is open that hands work on."""
        carries = _INJECTS.search(self._source.code(body)) is not None
        for call in calls_in(body):
            function = call.child_by_field_name("function")
            holder = function.child_by_field_name("object") if function is not None else None
            made = self._names.origin(holder, site)
            if function is None or made is None:
                continue
            method, path = member_name(function, self._source), self._names.called(made[0], made[1])
            if method in _QUEUEING and path in _QUEUES:
                carried = carries or "telemetry" in self._source.code(made[0])
                yield self._handoff(call, function, "a queue", carried, "bullmq")
            elif method == "postMessage" and path in _WORKERS:
                yield self._handoff(call, function, "a worker thread", carries, None)

    def _handoff(self, call: Node, function: Node, to: str, carries: bool, covered_by: str | None) -> Handoff:
        return Handoff(
            at=self._source.location(function, f"call {self._source.code(function)}"),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            to=to,
            work=self._source.code(function),
            carries_context=carries,
            covered_by=covered_by,
        )
