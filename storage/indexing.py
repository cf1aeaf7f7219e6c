"""Keeping the search index right: what a line changed is written into it within the transaction of the line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import documents, vocabulary
from storage.documents import VECTOR, document_id, mendable_words, term
from storage.models import Base, Company, Contact, ContactKey, Deal, SearchDocument, SearchWord, Tag, Tagging

BATCH = 2000

# What is out of date ------------------------------------------------------------------------------------------------

Old = Mapping[str, Any] | None  # the columns of a row before, as plain values
Changed = tuple[str, Base] | tuple[str, Base, Old]


@dataclass(slots=True)
class _Stale:
    """Documents to be written again. `fresh`: of records made in this transaction, which no other writer can know."""

    documents: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)  # ids of tags with another name


def follow(session: Session, changes: Iterable[Changed]) -> None:
    """Bring the index up to date with rows that were flushed: (insert|update|delete, row, what it was before)."""
    stale = _Stale()
    rows: list[Base] = []
    for action, row, *before in changes:
        rows.append(row)
        old = before[0] if before else None
        if type(row) in _SHOWN:
            _note_record(stale, action, row, old)
        elif isinstance(row, ContactKey | Tagging):
            _note_part(stale, row, old)
        elif isinstance(row, Tag) and action == "update":
            stale.tags.add(row.id)
    if stale.documents == stale.fresh and not stale.tags:
        _rewrite_all(session, stale, documents.at_hand(session, rows))
    else:
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


# Writing ----------------------------------------------------------------------------------------------------------


def _bring_up_to_date(session: Session, stale: _Stale) -> None:
    renamed = _rewrite_all(session, stale)
    if renamed or stale.tags:
        _rewrite_all(session, _Stale(_depending(session, renamed, stale.tags) - stale.fresh))


def _rewrite_all(session: Session, stale: _Stale, parts: Iterable[Any] | None = None) -> set[int]:
    """Write documents again, from `parts` if they are at hand; return those whose name is another now."""
    if parts is not None:
        return _rewrite(session, parts)
    renamed: set[int] = set()
    for batch in _batches(sorted(stale.documents)):
        _lock(session, [document for document in batch if document not in stale.fresh])
        renamed |= _rewrite(session, documents.read(session, batch))
    return renamed


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))


def _depending(session: Session, renamed: set[int], tags: set[int]) -> set[int]:
    """Return the documents in which a renamed company, contact or tag stands."""
    found = session.execute(_DEPENDING, {**documents.by_kind(renamed), "tags": list(tags)})
    return {document_id(kind, record_id) for kind, record_id in found}


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


def _rewrite(session: Session, parts: Iterable[Any]) -> set[int]:
    found = documents.drafts(parts)
    texts = {id: draft.text() for id, draft in sorted(found.items()) if draft.is_real}
    _store(session, {id: text for id, text in texts.items() if text != found[id].old})
    gone = [id for id, draft in found.items() if draft.old and not draft.is_real]
    if gone:
        session.execute(_DELETE, {"documents": gone})
    before = set().union(*(mendable_words(draft.old) for draft in found.values()))
    after = set().union(*map(mendable_words, texts.values()))
    vocabulary.learn(session, after - before)
    _forget_unused(session, before - after)
    return {id for id, text in texts.items() if found[id].old and _name_of(found[id].old) != _name_of(text)}


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


MATCHES = f"{VECTOR} @@ CAST(:word AS tsquery)"
_USED: dict[str, sa.Executable] = {
    "sqlite": sa.text("SELECT 1 FROM search_index WHERE search_index MATCH :word LIMIT 1"),
    "postgresql": sa.select(sa.literal(1)).select_from(SearchDocument).where(sa.text(MATCHES)).limit(1),
}


# Beginning anew ------------------------------------------------------------------------------------------------------


def rebuild(session: Session) -> None:
    """Make every document and the vocabulary anew from the tables: after an import, and in a migration."""
    connection = session.connection()
    documents.drop_index(connection)
    connection.execute(sa.delete(SearchDocument))
    connection.execute(sa.delete(SearchWord))
    known: set[str] = set()
    for texts in _all_texts(session):
        _store(session, texts)
        fresh = set().union(*map(mendable_words, texts.values())) - known
        vocabulary.learn(session, fresh)
        known |= fresh
    documents.create_index(connection)


def _all_texts(session: Session) -> Iterator[dict[int, str]]:
    last = max(session.scalar(sa.select(sa.func.max(table.id))) or 0 for table in (Contact, Company, Deal))
    for first in range(1, last + 1, BATCH):
        rows = documents.read_between(session, first, first + BATCH - 1)
        yield {id: draft.text() for id, draft in documents.drafts(rows).items() if draft.is_real}
