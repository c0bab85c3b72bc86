"""Logging set-ups: what in them proves that records carry the trace, judged by what stands in their file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import libcst as cst

from ...finding import Location
from ...nodes import Language, LoggerSetup
from ..correlation import Verdict
from . import logging_setups as standard
from . import structured_setups as structured
from .arguments import passed
from .formats import Formats
from .names import Names
from .scopes import Site
from .tree import dotted_name

# A setting names it, and no call.
_BINDS = re.compile(r"\bdjango_structlog\b")
_DEBUGS = re.compile(r"debug|verbose", re.IGNORECASE)
_Judge = Callable[[Formats, cst.Call, Site, str | None], standard.Found | None]
_JUDGES: dict[str, _Judge] = {
    "logging.basicConfig": standard.basic_config,
    "logging.config.dictConfig": standard.dict_config,
    "logging.setLogRecordFactory": standard.add_filter,
    "structlog.configure": structured.structlog_configure,
    "structlog.configure_once": structured.structlog_configure,
    "loguru.logger.add": structured.loguru_add,
    "loguru.logger.configure": structured.loguru_configure,
    "loguru.logger.contextualize": structured.bind,
    **dict.fromkeys(standard.PROOFS, standard.proof),
}
_JUDGES_BY_END: dict[str, _Judge] = {
    "setFormatter": standard.set_formatter,
    "addFilter": standard.add_filter,
    "instrument": standard.instrument,
    "bind_contextvars": structured.bind,
    "bound_contextvars": structured.bind,
}


class LoggerSetups:
    """The logging set-ups of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._tree = names.tree
        self._formats = Formats(names)

    def all(self) -> Iterator[LoggerSetup]:
        """Every set-up, in order."""
        for call, site in self._names.outline.calls:
            path = self._names.path(call.func, site)
            judge = _JUDGES.get(path or "") or _JUDGES_BY_END.get(dotted_name(call.func).rpartition(".")[2])
            found = judge(self._formats, call, site, path) if judge is not None else None
            if found is not None:
                library, verdict = found
                if (verdict.correlated is False or verdict.unless_bound) and self._is_for_debugging(site):
                    verdict = Verdict(None, "it is set up for debugging only")
                yield self._setup(call, library, verdict)
        binding = _BINDS.search(self._tree.text.value)
        if binding is not None:
            region = self._tree.text.region(*binding.span())
            yield LoggerSetup(
                at=Location(self._tree.text.source, "logging set-up django_structlog", region),
                lines=(region.start.line, region.end.line),
                language=Language.PYTHON,
                library="structlog",
                correlated=True,
                why="`django_structlog` binds the request's id",
            )

    def _is_for_debugging(self, site: Site) -> bool:
        """`if debug: logging.basicConfig()`: who turns it on looks at it, and nobody else."""
        tests = (test for block in site.block.ancestors() for test, holds in block.tests if holds)
        return any(not isinstance(test, cst.UnaryOperation) and _DEBUGS.search(self._tree.code(test)) for test in tests)

    def _setup(self, call: cst.Call, library: str, verdict: Verdict) -> LoggerSetup:
        known = verdict.beside(mentions=self._formats.mentions)
        region = self._tree.location(call.func).region
        return LoggerSetup(
            at=Location(self._tree.text.source, f"logging set-up {self._tree.code(call.func)}", region),
            lines=self._tree.lines(call),
            language=Language.PYTHON,
            library=library,
            correlated=known.correlated,
            why=known.why,
            unless_bound=known.unless_bound,
            plain=passed(call, None, "format") is None and dotted_name(call.func).endswith("basicConfig"),
        )
