"""
Documents: text becomes nodes with regions, one file a format.

What a document is, its content says first and its name second. What is not recognised is left
alone; what is recognised and cannot be parsed becomes an `Unparsable` node; documents nest.
Each format is imported when its first file is read: a commit hook that is given one file pays for one parser.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from importlib import import_module
from typing import cast

from ..nodes import Unparsable
from ..record import replace
from ..region import Text
from .parsed import Parsed, merge
from .sieve import CRONTAB, has_words
from .source import SourceSettings

__all__ = ["SOURCE_ENDINGS", "SUFFIXES", "Parsed", "SourceSettings", "ending_of", "is_read", "parse", "relevant"]

Reader = Callable[[Text, str, SourceSettings], Parsed]
"""A file's text, its path, and the settings of a team's own source, to what it holds."""

_TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_EXPOSITIONS = (".prom", ".txt")
_CRONTABS = (".cron", ".crontab")
# cron(8) reads only those files of the folder whose names have no dot.
_CRONTAB_PATH = re.compile(r"(?:^|[/\\])(?:crontab|cron\.d[/\\][^./\\]+)$", re.I)
SOURCE_ENDINGS = frozenset({".py", *_TYPESCRIPT})


def ending_of(path: str) -> str:
    """The ending that says how a file is read; `.crontab` for those that cron knows by their place."""
    ending = os.path.splitext(path)[1].lower()
    return ".crontab" if not ending and _CRONTAB_PATH.search(path) else ending


def is_read(path: str) -> bool:
    """Whether a file is looked at, by its path as reports show it."""
    return ending_of(path) in _READERS


def parse(text: Text, path: str, settings: SourceSettings) -> Parsed:
    """The nodes of a file's text. Never raises, whatever the text."""
    read = _READERS.get(ending_of(path))
    parsed = read(text, path, settings) if read else Parsed()
    if not parsed.kinds:
        return parsed
    from .comments import suppressions_in

    return Parsed(parsed.kinds, (*parsed.nodes, *suppressions_in(text, path)), parsed.skipped)


def relevant(data: bytes, path: str, settings: SourceSettings) -> bool:
    """Whether a file has any word by which its kind could be told: false for most files of a repository."""
    ending = ending_of(path)
    sieve = _SIEVES.get(ending)
    if sieve is None:
        return False
    return sieve(data) or (ending in SOURCE_ENDINGS and any(name.encode() in data for name in settings.helpers))


def _structured(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import structured

    read = structured.read_json if path.lower().endswith(".json") else structured.read_yaml
    return read(text, path, settings)


def _markdown(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import markdown, pages

    blocks = []
    for block in markdown.blocks_in(text):
        shown = (*settings.label_wrappers, *markdown.helpers_in(block))
        blocks.append(_block(block.text, block.ending, replace(settings, label_wrappers=shown)))
    return merge([Parsed((pages.KIND,), tuple(pages.page_in(text, path))), *blocks])


def _block(text: Text, ending: str, settings: SourceSettings) -> Parsed:
    from . import markdown

    # A block has the comments of its own language; the page has those of Markdown.
    parsed = parse(text, f"block{ending}", settings)
    if ending not in SOURCE_ENDINGS and not markdown.SKETCH.search(text.value):
        return parsed
    # Prose leaves things out, in source and in a sketch of a configuration: what does not parse there is no mistake.
    return replace(parsed, nodes=tuple(node for node in parsed.nodes if not isinstance(node, Unparsable)))


def _python(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import python

    return Parsed(("Python",), tuple(python.extract(text, settings)))


def _typescript(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import typescript

    return Parsed(*typescript.read(text, settings, path))


def _promql(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import queries

    return Parsed((queries.KIND,), tuple(queries.queries_in(text, text.source)))


def _logql(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import queries

    return Parsed((queries.LOG_KIND,), tuple(queries.log_queries_in(text, text.source)))


def _exposition(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import exposition

    nodes = tuple(exposition.metrics_in(text))
    return Parsed((exposition.KIND,) if nodes else (), nodes)


def _terraform(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import oncall

    nodes = tuple(oncall.terraform_in(text))
    return Parsed((oncall.KIND,) if nodes else (), nodes)


def _crontab(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import cron

    nodes = tuple(cron.crontab_in(text))
    return Parsed((cron.KIND,) if nodes else (), nodes)


def _sieve_of(module: str, name: str) -> Callable[[bytes], bool]:
    """The byte search of a format, imported when the first file of its ending is met."""

    def sieve(data: bytes) -> bool:
        own = cast("Callable[[bytes], bool]", getattr(import_module(f".{module}", __name__), name))
        return own(data)

    return sieve


_READERS: dict[str, Reader] = {
    **dict.fromkeys((".yml", ".yaml", ".rules", ".json"), _structured),
    ".py": _python,
    **dict.fromkeys(_TYPESCRIPT, _typescript),
    ".promql": _promql,
    ".logql": _logql,
    **dict.fromkeys(_EXPOSITIONS, _exposition),
    **dict.fromkeys(_CRONTABS, _crontab),
    ".tf": _terraform,
    ".md": _markdown,
}
_SIEVES: dict[str, Callable[[bytes], bool]] = {
    **dict.fromkeys((".yml", ".yaml", ".rules", ".json"), has_words),
    ".py": _sieve_of("python", "relevant"),
    **dict.fromkeys(_TYPESCRIPT, _sieve_of("typescript", "relevant")),
    ".promql": bool,
    ".logql": bool,
    **dict.fromkeys(_EXPOSITIONS, _sieve_of("exposition", "looks_exposed")),
    **dict.fromkeys(_CRONTABS, lambda data: CRONTAB.search(data) is not None),
    ".tf": _sieve_of("oncall", "is_relevant"),
    ".md": bool,
}
SUFFIXES = frozenset(_READERS)
"""The endings of the files that are looked at."""
