"""Alembic's entry: runs the migrations on the connection, and in the transaction, that it is handed."""

from __future__ import annotations

from alembic import context

from storage.migrations import compared

context.configure(connection=context.config.attributes["connection"], **compared.OPTIONS)
context.run_migrations()
