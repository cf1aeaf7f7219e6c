"""The search index: one document of folded words for each contact, company and deal, kept within the transaction.

A document is always made anew from the tables, so writing one too many does no harm. It is four lines: the words of
the name; other names, tags and fields; phones and e-mails; and a word for the owner, which no query can type, so that
"mine" and "what I may see" are answered by the index too.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import vocabulary
from storage.keys import words
from storage.models import Base, Company, Contact, ContactKey, Deal, SearchDocument, SearchWord, Tag, Tagging

KINDS: tuple[str, ...] = ("deal", "company", "contact")
# Ids of one kind lie together; contacts have the highest, for where too much matches, FTS5 gives the highest first.
SPAN = 1 << 40
LONGEST_WORD = 40
MOST_WORDS = 200
BATCH = 2000

# What a comparison of the schema with our tables leaves alone: each database makes its own.
OWN: tuple[str, ...] = ("search_index", "ix_search_document_words")

# DDL that SQLAlchemy's tables cannot say; a migration runs it after making them -----------------------------------

# `ascii` splits at spaces only, for our words hold nothing else that it splits at; without positions the index is
# half as large, and nobody searches for phrases. A prefix of a length that is not listed is gathered from every word
# that begins so before the first row is given: 10 ms for "maria" among a million.
CREATE_SQLITE: tuple[str, ...] = (
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
DROP_SQLITE: tuple[str, ...] = (
    "DROP TRIGGER IF EXISTS search_document_inserted",
    "DROP TRIGGER IF EXISTS search_document_deleted",
    "DROP TRIGGER IF EXISTS search_document_updated",
    "DROP TABLE IF EXISTS search_index",
)
# Our words as they are: PostgreSQL's own parser would read e-mails and numbers in its way, and differ from FTS5.
VECTOR = r"array_to_tsvector(array_remove(string_to_array(translate(text, E'\n', ' '), ' '), ''))"
# Without fastupdate: its pending list makes every search read up to 4 MB, and every so often a log line pays for all.
CREATE_POSTGRESQL: tuple[str, ...] = (
    f"CREATE INDEX ix_search_document_words ON search_document USING gin (({VECTOR})) WITH (fastupdate = off)",
)
DROP_POSTGRESQL: tuple[str, ...] = ("DROP INDEX IF EXISTS ix_search_document_words",)


def create_index(connection: sa.Connection) -> None:
    """Make the index over search_document (which must exist), and fill it from there."""
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in CREATE_SQLITE if is_sqlite else CREATE_POSTGRESQL:
        connection.exec_driver_sql(statement)
    if is_sqlite:
        connection.exec_driver_sql("INSERT INTO search_index (search_index) VALUES ('rebuild')")


def drop_index(connection: sa.Connection) -> None:
    for statement in DROP_SQLITE if connection.dialect.name == "sqlite" else DROP_POSTGRESQL:
        connection.exec_driver_sql(statement)


# What is out of date ------------------------------------------------------------------------------------------------

Old = Mapping[str, Any] | None  # the columns of a row before, as plain values
Changed = tuple[str, Base] | tuple[str, Base, Old]


@dataclass(slots=True)
class _Stale:
    """Documents to be written again. `fresh`: of records made in this transaction, which no other writer can know."""

    documents: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)  # ids of tags with another name


def document_id(kind: str, record_id: int) -> int:
    return KINDS.index(kind) * SPAN + record_id


def record_of(document: int) -> tuple[str, int]:
    """Return the kind and the key of the record that a document stands for."""
    return KINDS[document // SPAN], document % SPAN


def follow(session: Session, changes: Iterable[Changed]) -> None:
    """Bring the index up to date with rows that were flushed: (insert|update|delete, row, what it was before)."""
    stale = _Stale()
    for action, row, *before in changes:
        old = before[0] if before else None
        if type(row) in _SHOWN:
            _note_record(stale, action, row, old)
        elif isinstance(row, ContactKey | Tagging):
            _note_part(stale, row, old)
        elif isinstance(row, Tag) and action == "update":
            stale.tags.add(row.id)
    _bring_up_to_date(session, stale)


def refresh(session: Session, kind: str, record_ids: Iterable[int]) -> None:
    """Write documents again that are out of date though no flush saw it (statements without rows)."""
    _bring_up_to_date(session, _Stale({document_id(kind, record_id) for record_id in record_ids}))


def _note_record(stale: _Stale, action: str, row: Any, old: Old) -> None:
    if action == "update" and old is not None and all(old[key] == getattr(row, key) for key in _SHOWN[type(row)]):
        return
    document = document_id(row.__tablename__, row.id)
    stale.documents.add(document)
    if action == "insert":
        stale.fresh.add(document)


def _note_part(stale: _Stale, row: ContactKey | Tagging, old: Old) -> None:
    """A key or a tag of a record: the record has another document, and so has the one it was taken from."""
    for kind in ("contact", "company"):
        owners = (getattr(row, f"{kind}_id", None), (old or {}).get(f"{kind}_id"))
        stale.documents |= {document_id(kind, owner) for owner in owners if owner is not None}


_SHOWN: dict[type[Base], tuple[str, ...]] = {
    Contact: ("name", "company_id", "owner_id", "fields"),
    Company: ("name", "owner_id", "fields"),
    Deal: ("title", "contact_id", "company_id", "owner_id", "fields"),
}


# Reading what documents are made of -------------------------------------------------------------------------------


def _parts(
    chosen: Callable[[sa.ColumnElement[int], str], sa.ColumnElement[bool]], *, with_old: bool = False
) -> sa.CompoundSelect[Any]:
    """Return every part of the chosen documents, in one statement: (id, label, three texts, fields, owner)."""

    def part(kind: str, key: Any, label: str, *texts: Any, fields: Any = None, owner: Any = None) -> sa.Select[Any]:
        columns = [*texts, *[sa.null()] * (3 - len(texts))]
        shown = [sa.cast(column, sa.Text).label(f"text_{n}") for n, column in enumerate(columns)]
        return sa.select(
            (key + KINDS.index(kind) * SPAN).label("id"),
            sa.literal_column(f"'{label}'").label("label"),
            *shown,
            sa.cast(fields if fields is not None else sa.null(), sa.Text).label("fields"),
            sa.cast(owner if owner is not None else sa.null(), sa.BigInteger).label("owner"),
        ).where(chosen(key, kind))

    tagged = sa.join(Tagging, Tag, Tag.id == Tagging.tag_id)
    deal_of = sa.outerjoin(Deal, Company, Company.id == Deal.company_id).outerjoin(
        Contact, Contact.id == Deal.contact_id
    )
    person = (Contact.name_key, Contact.name, _both_names(Company))
    deal = (Deal.title, _both_names(Company), _both_names(Contact))
    return sa.union_all(
        part("contact", Contact.id, "record", *person, fields=Contact.fields, owner=Contact.owner_id).select_from(
            sa.outerjoin(Contact, Company, Company.id == Contact.company_id)
        ),
        part("contact", ContactKey.contact_id, "key", ContactKey.value, ContactKey.match_key),
        part("contact", Tagging.contact_id, "tag", Tag.name).select_from(tagged),
        part(
            "company",
            Company.id,
            "record",
            Company.name_key,
            Company.name,
            fields=Company.fields,
            owner=Company.owner_id,
        ),
        part("company", Tagging.company_id, "tag", Tag.name).select_from(tagged),
        part("deal", Deal.id, "record", *deal, fields=Deal.fields, owner=Deal.owner_id).select_from(deal_of),
        *([_old()] if with_old else []),
    )


def _both_names(model: type[Contact | Company]) -> sa.ColumnElement[str]:
    return model.name_key + " " + model.name


def _old() -> sa.Select[Any]:
    nothing: list[Any] = [*[sa.cast(sa.null(), sa.Text)] * 3, sa.cast(sa.null(), sa.BigInteger)]
    parts: list[Any] = [SearchDocument.id, sa.literal_column("'old'"), SearchDocument.text, *nothing]
    return sa.select(*parts).where(SearchDocument.id.in_(sa.bindparam("documents", expanding=True)))


def _among(key: sa.ColumnElement[int], kind: str) -> sa.ColumnElement[bool]:
    return key.in_(sa.bindparam(f"{kind}_ids", expanding=True))


def _between(key: sa.ColumnElement[int], kind: str) -> sa.ColumnElement[bool]:
    del kind
    return key.between(sa.bindparam("first"), sa.bindparam("last"))


_READ_AMONG = _parts(_among, with_old=True)
_READ_BETWEEN = _parts(_between)


@dataclass(slots=True)
class _Draft:
    """A document in the making."""

    name: str = ""
    others: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    owner: int = 0
    old: str = ""
    is_real: bool = False

    def take(self, row: Any) -> None:
        match row.label:
            case "old":
                self.old = row.text_0
            case "tag":
                self.others += _words(row.text_0)
            case "key" if "@" in row.text_0:
                self.keys += _words(row.text_0)
            case "key":
                self.keys += phone_forms(row.text_0, row.text_1)
            case _:
                self._take_record(row)

    def _take_record(self, row: Any) -> None:
        self.is_real = True
        self.owner = row.owner or 0
        self.name = row.text_0
        for text in (row.text_1, row.text_2):
            self.others += _words(text or "")
        if row.fields not in {None, "{}"}:
            self.others += _words(" ".join(map(str, json.loads(row.fields).values())))

    def text(self) -> str:
        seen: set[str] = set()
        lines = [_fresh(found, seen) for found in (_words(self.name), self.others, self.keys)]
        return "\n".join((*lines, owner_word(self.owner)))


def _fresh(found: Iterable[str], seen: set[str]) -> str:
    """Return the words that no earlier line has, each once."""
    line: dict[str, None] = dict.fromkeys(word[:LONGEST_WORD] for word in found)
    fresh = [word for word in line if word not in seen][:MOST_WORDS]
    seen.update(fresh)
    return " ".join(fresh)


def _words(text: str) -> Iterator[str]:
    return chain.from_iterable(map(_words_of_token, text.split()))


@lru_cache(maxsize=8192)
def _words_of_token(token: str) -> tuple[str, ...]:
    """Names are made of few words: folding each once makes a rebuild four times as fast."""
    return words(token)


def owner_word(owner_id: int | None) -> str:
    """Return the word by which the index knows a record's owner; 0 and None are nobody."""
    return f"\ue000{owner_id or 0}"


_COUNTRY_CODE = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")


def phone_forms(typed: str, match_key: str) -> Iterator[str]:
    """Yield the ways in which people type a number: with country, national, and without an area code."""
    yield re.sub(r"\D", "", typed)
    digits = re.sub(r"\D", "", match_key.partition("x")[0])
    yield digits
    code = _COUNTRY_CODE.match(digits)
    national = digits[code.end() :] if code and match_key.startswith("+") else digits
    yield national
    yield from (national[-length:] for length in (9, 8, 7) if len(national) > length)


def _drafts(rows: Iterable[Any]) -> dict[int, _Draft]:
    drafts: dict[int, _Draft] = defaultdict(_Draft)
    for row in rows:
        drafts[row.id].take(row)
    return drafts


def _mendable_words(text: str) -> set[str]:
    """Return the words that the vocabulary keeps of a document: not its phones, e-mails and owner."""
    name, others, *_ = text.split("\n") if text else ("", "")
    return {*name.split(), *others.split()}


# Writing ----------------------------------------------------------------------------------------------------------


def _bring_up_to_date(session: Session, stale: _Stale) -> None:
    renamed = _rewrite_all(session, stale.documents, stale.fresh)
    if renamed or stale.tags:
        _rewrite_all(session, _depending(session, renamed, stale.tags) - stale.fresh, set())


def _rewrite_all(session: Session, documents: set[int], fresh: set[int]) -> set[int]:
    """Write documents again; return those whose name is another now."""
    renamed: set[int] = set()
    for batch in _batches(sorted(documents)):
        _lock(session, [document for document in batch if document not in fresh])
        renamed |= _rewrite(session, batch)
    return renamed


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))


def _depending(session: Session, renamed: set[int], tags: set[int]) -> set[int]:
    """Return the documents in which a renamed company, contact or tag stands."""
    found = session.execute(_DEPENDING, {**_by_kind(renamed), "tags": list(tags)})
    return {document_id(kind, record_id) for kind, record_id in found}


def _by_kind(documents: Iterable[int]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {f"{kind}_ids": [] for kind in KINDS}
    for document in documents:
        kind, record_id = record_of(document)
        ids[f"{kind}_ids"].append(record_id)
    return ids


def _referring(kind: str, key: Any, column: Any, name: str) -> sa.Select[Any]:
    chosen = column.in_(sa.bindparam(name, expanding=True))
    return sa.select(sa.literal_column(f"'{kind}'"), key).where(chosen, key.is_not(None))


_DEPENDING = sa.union_all(
    _referring("contact", Contact.id, Contact.company_id, "company_ids"),
    _referring("deal", Deal.id, Deal.company_id, "company_ids"),
    _referring("deal", Deal.id, Deal.contact_id, "contact_ids"),
    _referring("contact", Tagging.contact_id, Tagging.tag_id, "tags"),
    _referring("company", Tagging.company_id, Tagging.tag_id, "tags"),
)


def _lock(session: Session, documents: list[int]) -> None:
    """Let two writers of one document take turns, or the second would write what it read before the first."""
    if documents and session.get_bind().dialect.name == "postgresql":
        session.execute(_LOCK, {"documents": documents})


_LOCK = (
    sa.select(SearchDocument.id)
    .where(SearchDocument.id.in_(sa.bindparam("documents", expanding=True)))
    .order_by(SearchDocument.id)
    .with_for_update()
)


def _rewrite(session: Session, documents: list[int]) -> set[int]:
    drafts = _drafts(session.execute(_READ_AMONG, {**_by_kind(documents), "documents": documents}))
    texts = {id: draft.text() for id, draft in sorted(drafts.items()) if draft.is_real}
    _store(session, {id: text for id, text in texts.items() if text != drafts[id].old})
    gone = [id for id, draft in drafts.items() if draft.old and not draft.is_real]
    if gone:
        session.execute(_DELETE, {"documents": gone})
    before = set().union(*(_mendable_words(draft.old) for draft in drafts.values()))
    after = set().union(*map(_mendable_words, texts.values()))
    vocabulary.learn(session, after - before)
    _forget_unused(session, before - after)
    return {id for id, text in texts.items() if drafts[id].old and _name_of(drafts[id].old) != _name_of(text)}


def _name_of(text: str) -> str:
    return text.partition("\n")[0]


_DELETE = sa.delete(SearchDocument).where(SearchDocument.id.in_(sa.bindparam("documents", expanding=True)))
_STORE_SQLITE = sa.text(
    "INSERT INTO search_document (id, text) VALUES (:id, :text) ON CONFLICT (id) DO UPDATE SET text = excluded.text"
)
_STORE_POSTGRESQL = sa.text(
    "INSERT INTO search_document (id, text)"
    " SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:texts AS text[]))"
    " ON CONFLICT (id) DO UPDATE SET text = excluded.text"
)


def _store(session: Session, texts: dict[int, str]) -> None:
    if not texts:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_STORE_POSTGRESQL, {"ids": list(texts), "texts": list(texts.values())})
    else:
        session.execute(_STORE_SQLITE, [{"id": id, "text": text} for id, text in texts.items()])


def _forget_unused(session: Session, words: set[str]) -> None:
    """Take out of the vocabulary what no document holds any more: an erased name must not live on there."""
    dialect = session.get_bind().dialect.name
    unused = [
        word
        for word in words
        if vocabulary.is_mendable(word)
        and session.scalar(_USED[dialect], {"word": term(dialect, word, is_prefix=False)}) is None
    ]
    vocabulary.forget(session, unused)


def term(dialect: str, word: str, *, is_prefix: bool) -> str:
    """Return how the index of a database is asked for a word, or for all words that begin so."""
    if dialect == "postgresql":
        return f"'{word}':*" if is_prefix else f"'{word}'"
    return f'"{word}"*' if is_prefix else f'"{word}"'


MATCHES = f"{VECTOR} @@ CAST(:word AS tsquery)"
_USED: dict[str, sa.Executable] = {
    "sqlite": sa.text("SELECT 1 FROM search_index WHERE search_index MATCH :word LIMIT 1"),
    "postgresql": sa.select(sa.literal(1)).select_from(SearchDocument).where(sa.text(MATCHES)).limit(1),
}


# Beginning anew ------------------------------------------------------------------------------------------------------


def rebuild(session: Session) -> None:
    """Make every document and the vocabulary anew from the tables: after an import, and in a migration."""
    connection = session.connection()
    drop_index(connection)
    connection.execute(sa.delete(SearchDocument))
    connection.execute(sa.delete(SearchWord))
    known: set[str] = set()
    for texts in _all_texts(session):
        _store(session, texts)
        fresh = set().union(*map(_mendable_words, texts.values())) - known
        vocabulary.learn(session, fresh)
        known |= fresh
    create_index(connection)


def _all_texts(session: Session) -> Iterator[dict[int, str]]:
    last = max(session.scalar(sa.select(sa.func.max(table.id))) or 0 for table in (Contact, Company, Deal))
    for first in range(1, last + 1, BATCH):
        rows = session.execute(_READ_BETWEEN, {"first": first, "last": first + BATCH - 1})
        yield {id: draft.text() for id, draft in _drafts(rows).items() if draft.is_real}
