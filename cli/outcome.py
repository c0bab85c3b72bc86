"""What becomes of what a verb raises: the user's mistakes are told and never traced."""

from __future__ import annotations

from collections.abc import Callable

from ..lint.config import ConfigError
from .common import FAILED, tell


def of(verb: Callable[[], int]) -> int:
    """The exit code of a verb. An interrupt and a reader that went away are the caller's to handle."""
    try:
        return verb()
    except BrokenPipeError:
        raise
    except ConfigError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except Exception:
        import traceback

        traceback.print_exc()
        return _failed("this is a mistake of obsaudit: please report it with the lines above")


def _failed(why: str) -> int:
    tell(f"obsaudit: {why}")
    return FAILED
