"""
What a Python file imports from its own code base that may be an instrument, or a helper that measures.

Read from the text, because it decides whether a file is parsed, and what of it. Told by the names:
a module called like `metrics` or `telemetry`, or a function called like `track_event`. That a name
means more than it says, the index over all files finds out, which has the other file's nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import normpath

from ...nodes import Imported
from ...record import Record
from ...telemetry.identifiers import TELEMETRY_WORDS

# Libraries, whose `metrics` are no instruments, or which are known anyway.
_FOREIGN = (
    "prometheus_client opentelemetry datadog ddtrace statsd ray airflow structlog loguru sentry_sdk sklearn torch "
    "torchmetrics keras tensorflow torch_xla nltk evaluate lightning pytorch_lightning scipy numpy pandas __future__ "
    "transformers datasets wandb typing collections"
).split()
_VERBS = r"(?<![a-z])(?:track|record|observe|count|report|measure|emit)_\w+"
_SOUNDS = rf"{TELEMETRY_WORDS}|{_VERBS}"
_SOUNDING = re.compile(_SOUNDS, re.IGNORECASE)
_DOING = re.compile(_VERBS, re.IGNORECASE)
_ABOUT_OTHERS = re.compile(r"_?(?:get_?)?(?:(?:struct)?log|logg(?:er|ing)|trac(?:er|ing)|span)s?", re.IGNORECASE)
_LINE = re.compile(
    rf"^[ \t]*(?:from|import)[ \t]+(?!(?:{'|'.join(_FOREIGN)})\b)[^\n]*(?:{_SOUNDS})".encode(),
    re.MULTILINE | re.IGNORECASE,
)
_FROM = re.compile(
    r"^[ \t]*from[ \t]+(?P<module>\.*[\w.]*)[ \t]+import[ \t]+(?:\((?P<many>[^)]*)\)|(?P<few>(?:[^\n#\\]|\\\r?\n)*))",
    re.MULTILINE,
)
_IMPORT = re.compile(
    r"^[ \t]*import[ \t]+(?P<module>[\w.]+)(?:[ \t]+as[ \t]+(?P<alias>\w+))?[ \t]*(?:#|$)", re.MULTILINE
)
_COMMENT = re.compile(r"#[^\n]*")
# A module of that name may measure; a package is about experiments, as in MLflow.
_PACKAGE = re.compile(r"(?<![a-z])tracking(?=\.\w+\.)", re.IGNORECASE)
_CLASS = re.compile(r"_*[A-Z]\w*[a-z]\w*")


class Borrowed(Record):
    """One imported name: what this file calls it, and its dotted path."""

    local: str
    path: str

    @property
    def use(self) -> str:
        """
        A pattern of what may measure with it: a call that hands something on, or one of its members.

        Making an object of a class measures nothing, nor does calling what only is named like an instrument.
        """
        module = _PACKAGE.sub("", self.path).rpartition(".")[0]
        name = re.escape(self.local.rpartition(".")[2])
        if name.isupper():
            return rf"\b{name}\b"
        called = _CLASS.fullmatch(name) is None and (_DOING.search(name) or _SOUNDING.search(module))
        return rf"\b{name}\s*(?:\.|\((?!\s*\)))" if called else rf"\b{name}\s*\."


def borrows(data: bytes) -> bool:
    """Whether a file imports anything that sounds like telemetry."""
    return _LINE.search(data) is not None


def borrowed_in(code: str) -> list[Borrowed]:
    """The names that a file imports and that sound like telemetry, or come from a module that does."""
    if not borrows(code.encode("utf-8", "surrogatepass")):
        return []
    return [one for one in _imports(code) if _is_of_interest(one)]


def _imports(code: str) -> Iterator[Borrowed]:
    for match in _FROM.finditer(code):
        module = match["module"]
        for part in _COMMENT.sub("", match["many"] or match["few"] or "").replace("\\", "").split(","):
            name, _, alias = part.strip().partition(" as ")
            if name.strip():
                dot = "" if module.endswith(".") else "."
                yield Borrowed((alias or name).strip(), f"{module}{dot}{name.strip()}")
    for match in _IMPORT.finditer(code):
        yield Borrowed(match["alias"] or match["module"], match["module"])


def _is_of_interest(one: Borrowed) -> bool:
    root = one.path.partition(".")[0]
    sounds = _SOUNDING.search(_PACKAGE.sub("", one.path)) is not None
    return root not in _FOREIGN and sounds and not _ABOUT_OTHERS.fullmatch(one.local)


def mentions(borrowed: list[Borrowed], code: str, source: str) -> Iterator[Imported]:
    """Everything that a file says of what it borrows: names, members of modules and objects, or all of a module."""
    for one in borrowed:
        yield imported(one.path, source)
        name = re.escape(one.local)
        # What stands before it is looked at last: a pattern that begins with a literal is found ten times faster.
        uses = re.findall(rf"{name}(?<![\w.]{name})\b(?:\.(\w+))?", code)
        for member in dict.fromkeys(uses):
            if member:
                yield imported(f"{one.path}.{member}", source)
        # A module that is handed on, or searched through, may be used for anything that it has.
        if uses.count("") > 1:
            yield imported(f"{one.path}.*", source)


def imported(path: str, source: str, *, certain: bool = True) -> Imported:
    """What a dotted path means in a file: `.metrics.REQUESTS` in `api/app.py` is `REQUESTS` of `/api/metrics`."""
    stripped = path.lstrip(".")
    parts = stripped.split(".")
    module = "/".join(parts[:-1])
    if len(path) > len(stripped):
        folder = "/".join([source.rpartition("/")[0] or ".", *([".."] * (len(path) - len(stripped) - 1)), module])
        module = f"/{normpath(folder)}"
    return Imported(module, parts[-1], certain)
