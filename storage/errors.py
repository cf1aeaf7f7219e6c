"""The root of every error of ours, and what can be wrong with the store itself."""

from __future__ import annotations


class CrmError(Exception):
    """Root of the tree drawn in handlers/errors.py."""


class StoreError(CrmError):
    """The database cannot be used as it is; the text says what is wrong and how to mend it."""


class StoreUnreachable(StoreError):
    """The server does not answer, or the file cannot be opened."""


class StoreBusy(StoreError):
    """Another program holds the write lock for longer than we wait."""


class StoreIsNewer(StoreError):
    """The schema was written by a newer version of the program."""


class StoreIsOlder(StoreError):
    """The schema wants `recado migrate`, and this command does not migrate by itself."""


class StoreHeld(StoreError):
    """Another `recado run` (or migrate, or restore) holds the SQLite file."""
