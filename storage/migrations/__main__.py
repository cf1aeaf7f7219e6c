"""Writes migrations from the tables of `storage/models.py`.

python -m storage.migrations                           the first ones anew (until the first release only)
python -m storage.migrations "Keep the seats of deals" what the models have and the migrations have not
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import Index
from sqlalchemy.orm import Session

from storage import documents, schema
from storage.database import Database
from storage.migrations import compared
from storage.models import Base

HEADER = '''"""{title}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {previous}

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
{body}
'''
SEARCH = '''"""The index that searches read: full text on each database in its own way."""

from alembic import op

revision = "0002"
down_revision = "0001"

SQLITE = (
{sqlite})
POSTGRESQL = (
{postgresql})


def upgrade() -> None:
    connection = op.get_bind()
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)
'''
WHERE = '''

def where(sqlite: str, postgresql: str) -> dict[str, Any]:
    """Return the condition of a partial index, as each database writes it."""
    return {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}
'''
# What Alembic writes and nobody needs to read.
SHORTER = (
    (re.compile(r"^ *# ###.*\n", re.MULTILINE), ""),
    (re.compile(r", unique=False"), ""),
    (re.compile(r"sa\.BigInteger\(\)\.with_variant\(sa\.Integer\(\), 'sqlite'\)"), "BIG"),
    (re.compile(r"sa\.JSON\(none_as_null=True\)\.with_variant\(postgresql\.JSONB\(.*?\)\), 'postgresql'\)"), "JSON"),
    (re.compile(r"sqlite_where=sa\.text\((.+?)\), postgresql_where=sa\.text\((.+?)\)\)"), r"**where(\1, \2))"),
)


def main(arguments: list[str]) -> int:
    paths = [str(path) for path in ([_next(" ".join(arguments))] if arguments else _first())]
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", *paths], check=True)  # noqa: S603 - ours
    sys.stdout.write("\n".join(paths) + "\n")
    return 0


def _first() -> list[Path]:
    tables = _write("0001", None, "Tables", _all_tables())
    text = tables.read_text(encoding="utf-8")
    reason = "  # noqa: PLR0915 - one statement for each table"
    tables.write_text(text.replace("upgrade() -> None:", f"upgrade() -> None:{reason}"), encoding="utf-8")
    return [tables, _search_index()]


def _search_index() -> Path:
    """Write down the statements as they are today: a migration must not change when the search does."""
    path = schema.VERSIONS / "0002_search_index.py"
    path.write_text(
        SEARCH.format(
            sqlite="".join(f'    """{statement}""",\n' for statement in documents.CREATE_SQLITE),
            postgresql="".join(
                f'    r"""{statement}""",  # noqa: E501 - one expression\n' for statement in documents.CREATE_POSTGRESQL
            ),
        ),
        encoding="utf-8",
    )
    return path


def _next(title: str) -> Path:
    revision = f"{int(schema.HEAD) + 1:04}"
    return _write(revision, schema.HEAD, title, _missing())


def _write(revision: str, previous: str | None, title: str, operations: ops.UpgradeOps) -> Path:
    body = render_python_code(operations, render_item=compared.rendered)
    for pattern, shorter in SHORTER:
        body = pattern.sub(shorter, body)
    name = re.sub(r"\W+", "_", title.lower()).strip("_")
    path = schema.VERSIONS / f"{revision}_{name}.py"
    text = HEADER.format(
        title=title.rstrip("."),
        revision=revision,
        previous=f'"{previous}"' if previous else None,
        body="    " + body.strip(),
    )
    if "where(" in body:
        text = text.replace("\n\ndef upgrade", WHERE + "\n\ndef upgrade")
        text = text.replace("import sqlalchemy", "from typing import Any\n\nimport sqlalchemy", 1)
    path.write_text(text, encoding="utf-8")
    return path


def _all_tables() -> ops.UpgradeOps:
    """Written from the models alone: SQLite cannot show an index over an expression, so a comparison misses it."""
    operations: list[ops.MigrateOperation] = []
    for table in Base.metadata.sorted_tables:
        operations.append(ops.CreateTableOp.from_table(table))
        operations += [ops.CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=_name)]
    return ops.UpgradeOps(operations)


def _name(index: Index) -> str:
    return index.name or ""


def _missing() -> ops.UpgradeOps:
    """Compare the models with an empty database that has been through every migration."""
    with Session(Database("sqlite://").engine) as session, session.begin():
        schema.upgrade(session)
        context = MigrationContext.configure(session.connection(), opts=compared.OPTIONS)
        return produce_migrations(context, Base.metadata).upgrade_ops or ops.UpgradeOps()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
