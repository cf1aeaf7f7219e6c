"""The search index: one document of folded words for each contact, company and deal, kept within the transaction.

A document is always made anew from the tables, so writing one too many does no harm. It is four lines: the words of
the name; other names, tags and fields; phones and e-mails; and a word for the owner, which no query can type, so that
"mine" and "what I may see" are answered by the index too.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from storage.keys import words
from storage.models import Base, Company, Contact, ContactKey, Deal, SearchDocument, Tag, Tagging

KINDS: tuple[str, ...] = ("deal", "company", "contact")
# Ids of one kind lie together; contacts have the highest, for where too much matches, FTS5 gives the highest first.
SPAN = 1 << 40
LONGEST_WORD = 40
MOST_WORDS = 200


def document_id(kind: str, record_id: int) -> int:
    return KINDS.index(kind) * SPAN + record_id


def record_of(document: int) -> tuple[str, int]:
    """Return the kind and the key of the record that a document stands for."""
    return KINDS[document // SPAN], document % SPAN


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


# Reading what documents are made of -------------------------------------------------------------------------------


def _statement(
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


_AMONG = _statement(_among, with_old=True)
_BETWEEN = _statement(_between)


def read(session: Session, documents: Sequence[int]) -> Iterable[Any]:
    """Return the parts of these documents, and what they say now."""
    return session.execute(_AMONG, {**by_kind(documents), "documents": documents})


def read_between(session: Session, first: int, last: int) -> Iterable[Any]:
    """Return the parts of the documents of a range of records."""
    return session.execute(_BETWEEN, {"first": first, "last": last})


def by_kind(documents: Iterable[int]) -> dict[str, list[int]]:
    """Return the keys of records by kind, as parameters."""
    ids: dict[str, list[int]] = {f"{kind}_ids": [] for kind in KINDS}
    for document in documents:
        kind, record_id = record_of(document)
        ids[f"{kind}_ids"].append(record_id)
    return ids


class Part(NamedTuple):
    """A part of a document, as `read` gives it."""

    id: int
    label: str
    text_0: str
    text_1: str | None = None
    text_2: str | None = None
    fields: Any = None
    owner: int | None = None


def at_hand(session: Session, rows: Iterable[Base]) -> list[Part] | None:
    """Return the parts of new records from the rows themselves, None if one of them is not in memory."""
    try:
        return [part for row in rows if (part := _part_of(session, row)) is not None]
    except LookupError:
        return None


def _part_of(session: Session, row: Base) -> Part | None:
    match row:
        case Contact():
            firm = _names_of(session, Company, row.company_id)
            return _record("contact", row, row.name_key, row.name, firm)
        case Company():
            return _record("company", row, row.name_key, row.name)
        case Deal():
            firm = _names_of(session, Company, row.company_id)
            return _record("deal", row, row.title, firm, _names_of(session, Contact, row.contact_id))
        case ContactKey():
            return Part(document_id("contact", row.contact_id), "key", row.value, row.match_key)
        case Tagging():
            kind, record_id = ("contact", row.contact_id) if row.contact_id else ("company", row.company_id or 0)
            return Part(document_id(kind, record_id), "tag", _loaded(session, Tag, row.tag_id).name)
    return None


def _record(kind: str, row: Contact | Company | Deal, name: str, *texts: str | None) -> Part:
    text_1, text_2 = (*texts, None)[:2]
    return Part(document_id(kind, row.id), "record", name, text_1, text_2, row.fields, row.owner_id)


def _names_of(session: Session, model: type[Company | Contact], record_id: int | None) -> str | None:
    if record_id is None:
        return None
    record = _loaded(session, model, record_id)
    return f"{record.name_key} {record.name}"


def _loaded(session: Session, model: type[Any], record_id: int) -> Any:
    found = session.identity_map.get(identity_key(model, record_id))
    if found is None:
        raise LookupError(record_id)
    return found


@dataclass(slots=True)
class Draft:
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
        fields = json.loads(row.fields) if isinstance(row.fields, str) else row.fields
        if fields:
            self.others += _words(" ".join(map(str, fields.values())))

    def text(self) -> str:
        seen: set[str] = set()
        lines = [_fresh(found, seen) for found in (_words(self.name), sorted(self.others), sorted(self.keys))]
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


def term(dialect: str, word: str, *, is_prefix: bool) -> str:
    """Return how the index of a database is asked for a word, or for all words that begin so."""
    if dialect == "postgresql":
        return f"'{word}':*" if is_prefix else f"'{word}'"
    return f'"{word}"*' if is_prefix else f'"{word}"'


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


def drafts(rows: Iterable[Any]) -> dict[int, Draft]:
    """Gather the parts of each document."""
    found: dict[int, Draft] = defaultdict(Draft)
    for row in rows:
        found[row.id].take(row)
    return found


def mendable_words(text: str) -> set[str]:
    """Return the words that the vocabulary keeps of a document: not its phones, e-mails and owner."""
    name, others, *_ = text.split("\n") if text else ("", "")
    return {*name.split(), *others.split()}
