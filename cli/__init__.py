"""The command line: one file a verb; each parses its arguments, calls one function, and prints."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130


def main() -> None:
    """Runs the command line, and ends the process with its exit code; an interrupt is none of its errors."""
    try:
        # Loading takes long enough to be interrupted, too.
        from .outcome import of

        code = of(_asked)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader of the report went away (`| head`): nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def _asked() -> int:
    """Does what the arguments ask for, by the short way where there is one."""
    from .direct import paths_of

    paths = paths_of(sys.argv[1:], os.environ)
    if paths is None:
        from .app import run

        return run()
    from .linting import Asked, lint

    return lint(Asked(paths=paths or None))
