"""`logs/print-call`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import Language, TerminalWrite

_CURES = {
    Language.PYTHON: "use a logger: `logging.getLogger(__name__)`",
    Language.TYPESCRIPT: "use a logger, such as pino's",
}


class PrintCall(Rule):
    """
    Flags `print` and `console` in the code of a service.

    **Why.**
    What is printed has no level, no time, no fields and no trace id.
    It cannot be turned off, and no query finds it.

    **Instead.**
    Use a logger, with the values as fields.

    Judged are Python files that deal with logging or telemetry in another way too, and JavaScript that calls `console`.
    The confidence is low, because what is a service is told by the file alone.
    Not flagged: programs for the terminal (those with a `__main__` part, a `#!` line, or a library for arguments),
    code for the browser, tests, Markdown, and files below the folders of `programs`.
    """

    id = "logs/print-call"
    summary = "service prints instead of logging"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("2.3",)
    opinionated = True

    programs: tuple[str, ...] = (
        *(
            "scripts",
            "script",
            "bin",
            "cli",
            "commands",
            "management",
            "tools",
            "tests",
            "test",
            "testing",
            "__tests__",
        ),
        *("examples", "docs", "benchmarks", "migrations", "seeds", "notebooks", "e2e", "setup.py", "conftest.py"),
    )
    """Names of folders and files that are no part of a service."""

    def check_terminal_write(self, write: TerminalWrite) -> Iterator[Finding]:
        path = PurePosixPath(write.at.source)
        tested = path.name.startswith(("test_", "test-")) or any(
            part in ("test", "spec") for part in path.name.split(".")[1:]
        )
        if (
            write.program
            or tested
            or path.suffix in (".tsx", ".jsx", ".md")
            or not set(self.programs).isdisjoint(path.parts)
        ):
            return
        yield self.finding(
            f"`{write.function}` in the code of a service",
            write.at,
            help=_CURES[write.language],
            confidence=Confidence.LOW,
        )

    examples = (
        Bad(
            """\
import logging

log = logging.getLogger(__name__)


def create(event):
    print("created", event)
    log.info("created")
""",
            at="print",
            path="api/events.py",
        ),
        Bad(
            """\
export function create(event: Event) {
  console.log('created', event);
}
""",
            at="console.log",
            path="api/events.ts",
        ),
        Good(
            """\
import argparse
import logging

log = logging.getLogger(__name__)


def main():
    print("created")


if __name__ == "__main__":
    main()
""",
            path="api/events.py",
        ),
        Good("console.log('seeded');\\n", path="scripts/seed.ts"),
        Good("'use client';\\n\\nexport const opened = () => console.log('opened');\\n", path="web/page.ts"),
        Good("document.title = 'events';\\nconsole.log('opened');\\n", path="web/page.js"),
    )
