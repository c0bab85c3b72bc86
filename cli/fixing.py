"""Fixes are written to their files, or shown."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..lint import Report, Skipped
from ..lint.discover import reason
from ..lint.record import replace
from . import common

if TYPE_CHECKING:
    from ..lint.run import Request


def fixed(request: Request, *, unsafe: bool, show: bool) -> Report:
    """Applies fixes; writes them, or shows what would be written. Standard input goes to standard output."""
    from ..lint.fix import by_source, fixable
    from ..lint.fixing import fix
    from ..lint.run import run

    fixes = fix(request, unsafe=unsafe)
    unwritten: list[Skipped] = []
    for source, after in sorted(fixes.after.items()):
        if show:
            common.put(_difference(source, fixes.before[source], after), sys.stdout)
        elif not request.contents:
            unwritten.extend(_save(request.cwd, source, fixes.before[source], after))
    if request.contents and not show:
        common.put(next(iter({**request.contents, **fixes.after}.values())), sys.stdout)
    files = fixes.counts.keys() - {skip.what for skip in unwritten}
    count = sum(fixes.counts[source] for source in files)
    verb = "would be applied" if show else "applied"
    common.tell(f"{_counted(count, 'fix', 'fixes')} {verb} in {_counted(len(files), 'file', 'files')}")
    accepted = sum(map(len, by_source(fixable(fixes.report.baselined, unsafe=unsafe)).values()))
    if accepted:
        are = _counted(accepted, "fixable finding is", "fixable findings are")
        common.tell(f"{are} accepted by the baseline: `--no-baseline` fixes what it accepts, too")
    return run(request) if show else replace(fixes.report, skipped=(*fixes.report.skipped, *unwritten))


def _save(cwd: Path, source: str, before: bytes, after: bytes) -> Iterator[Skipped]:
    """Writes a file; why it was left alone, where it was."""
    from ..lint.atomic import write

    try:
        if (cwd / source).read_bytes() != before:
            yield Skipped(source, "changed while it was checked: its fixes were not written", fatal=True)
            return
        write(cwd / source, after)
    except OSError as error:
        yield Skipped(source, f"its fixes cannot be written: {reason(error)}", fatal=True)


def _difference(source: str, before: bytes, after: bytes) -> bytes:
    lines = difflib.unified_diff(_lines(before, source), _lines(after, source), f"a/{source}", f"b/{source}")
    text = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return os.fsencode(text)


def _lines(data: bytes, source: str) -> list[str]:
    """The lines of a text, each with its line feed; other separators of Unicode end none."""
    from ..lint.read import Decoded, decode

    decoded = decode(data, source)
    text = decoded.text if isinstance(decoded, Decoded) else data.decode("utf-8", "replace")
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
