"""What no program on this machine can undercut: a transaction of one insert, synced."""

from __future__ import annotations

import sqlalchemy as sa

from benchmarks.stores import Ground
from benchmarks.timing import Times
from storage.database import Database


def bare_transactions(database: Database, count: int) -> Times:
    """Time one insert and its commit, on the store's own connection."""
    times = Times()
    with database.engine.connect() as connection:
        with connection.begin():
            connection.exec_driver_sql("CREATE TABLE floor (text text)")
        for _ in range(count):
            with times, connection.begin():
                connection.exec_driver_sql("INSERT INTO floor VALUES ('met Ana Souza, Acme: wants 40 seats')")
        with connection.begin():
            connection.exec_driver_sql("DROP TABLE floor")
    return times


async def postgres_version(ground: Ground) -> str | None:
    if ground.server is None:
        return None
    database = Database(ground.server.url)
    try:
        version: str = await database.read(lambda session: session.scalar(sa.text("SHOW server_version")) or "")
        return version.split(maxsplit=1)[0]
    finally:
        await database.close()
