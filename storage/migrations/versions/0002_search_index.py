"""The index that searches read: full text on each database in its own way."""

from alembic import op

revision = "0002"
down_revision = "0001"

SQLITE = (
    """CREATE VIRTUAL TABLE search_index USING fts5(
        text, content='search_document', content_rowid='id', tokenize='ascii', prefix='2 3 4 5 6 7 8',
        detail='none', columnsize=0
    )""",
    """CREATE TRIGGER search_document_inserted AFTER INSERT ON search_document BEGIN
        INSERT INTO search_index (rowid, text) VALUES (new.id, new.text);
    END""",
    """CREATE TRIGGER search_document_deleted AFTER DELETE ON search_document BEGIN
        INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', old.id, old.text);
    END""",
    """CREATE TRIGGER search_document_updated AFTER UPDATE ON search_document BEGIN
        INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO search_index (rowid, text) VALUES (new.id, new.text);
    END""",
)
POSTGRESQL = (
    r"""CREATE INDEX ix_search_document_words ON search_document USING gin ((array_to_tsvector(array_remove(string_to_array(translate(text, E'\n', ' '), ' '), '')))) WITH (fastupdate = off)""",  # noqa: E501 - one expression
)


def upgrade() -> None:
    connection = op.get_bind()
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)
