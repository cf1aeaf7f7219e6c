"""What is printed on stdout, and what is said when it cannot be."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from handlers.errors import CrmError

__all__ = ["OutputError", "check", "printing"]


class OutputError(CrmError):
    """Nothing can be printed: stdout is closed, its disk is full."""


def check() -> None:
    """Raise OutputError if there is no stdout. Ask first: its number may soon be that of another file of ours."""
    # Without a stdout Python has None there, whatever the annotation says.
    if getattr(sys, "stdout", None) is None:
        raise OutputError("there is nowhere to print to: stdout is closed.")


@contextlib.contextmanager
def printing() -> Iterator[None]:
    """Tell a fault of stdout from any other; a reader who has left (BrokenPipeError) is none."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"what was to be printed could not be written ({error.strerror}).") from error
