"""Who a line is about: the six steps from what was typed to one contact and one company.

Refs, phones, e-mails and unique exact names write at once; several exact hits, and names that are only near, are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn, TypeVar

from handlers import cards
from handlers.context import Context
from handlers.errors import Ambiguous, BadArgument, Expectation, NotFound
from handlers.grammar.line import Line, Who
from handlers.message import Button
from storage import companies, contacts, deals, interactions, records, search
from storage.keys import name_key
from storage.models import Company, Contact, Deal
from storage.records import Record

T = TypeVar("T", Contact, Company, Deal)
LONGEST_NAME = 120
MOST_CHOICES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a line is about; `new` are the refs made for it."""

    contact: Contact | None = None
    company: Company | None = None
    deal: Deal | None = None
    new: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.contact is None and self.company is None and self.deal is None


def resolve(context: Context, line: Line, who: Who, *, is_other: bool = False) -> Subject:
    """Return the records a `who` means, made where nobody like them is known.

    is_other: the member said it is somebody new (`new met Ana ...`). Raises Ambiguous where it must be asked.
    """
    if who.ref is not None:
        return of_ref(context, who.ref)
    if who.phone is not None or who.email is not None:
        return _by_key(context, line, who)
    company, made = company_named(context, who.company)
    if who.name is None:
        return Subject(company=company, new=made)
    _check_length(context, who.name)
    if who.says_company:
        company, made = company_named(context, who.name)
        return Subject(company=company, new=made)
    found = _by_name(context, line, who, company, is_other=is_other)
    return replace(found, new=found.new | made)


def _check_length(context: Context, name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise BadArgument(
            context.gettext(
                "That name has {n} characters; names go up to {most}. Put a colon between the name and the note, "
                "as in: met Ana Souza: wants 40 seats"
            ).format(n=len(name), most=LONGEST_NAME)
        )


def of_ref(context: Context, ref: str) -> Subject:
    """Return what a record is about, by its ref. Raises NotFound."""
    row = record(context, ref)
    if isinstance(row, Contact):
        return Subject(contact=row, company=_get(context, Company, row.company_id))
    if isinstance(row, Company):
        return Subject(company=row)
    if isinstance(row, Deal):
        return _of(context, row.contact_id, row.company_id, row)
    deal = _get(context, Deal, row.deal_id)
    return _of(context, row.contact_id, row.company_id, deal)


def _of(context: Context, contact_id: int | None, company_id: int | None, deal: Deal | None) -> Subject:
    contact = _get(context, Contact, contact_id)
    company_id = company_id or (contact.company_id if contact else None)
    return Subject(contact=contact, company=_get(context, Company, company_id), deal=deal)


def _get(context: Context, model: type[T], key: int | None) -> T | None:
    return context.session.get(model, key) if key is not None else None


def record(context: Context, ref: str) -> Record:
    """Return the row of a ref such as P-12. Raises NotFound, which names it."""
    row = records.by_ref(context.session, ref)
    if row is None:
        raise NotFound(
            context.gettext("There is no {ref}. Look for it by name: find acme").format(ref=ref), keeps_draft=False
        )
    return row


# Companies ----------------------------------------------------------------------------------------------------------


def company_named(context: Context, name: str | None) -> tuple[Company | None, frozenset[str]]:
    if name is None:
        return None, frozenset()
    _check_length(context, name)
    known = context.named(name).companies
    if known:
        return known[0], frozenset()
    made = companies.create(
        context.session, name=name, owner_id=context.member.id, now=context.now, touched_at=context.touched_at
    )
    known.append(made)
    return made, frozenset({made.ref})


# Contacts by phone or e-mail ----------------------------------------------------------------------------------------


def _by_key(context: Context, line: Line, who: Who) -> Subject:
    kind, value = ("email", who.email) if who.email is not None else ("phone", who.phone)
    assert value is not None  # noqa: S101 - the caller looked
    contact = contacts.with_key(context.session, kind, value, context.region)
    company, made = company_named(context, who.company)
    if contact is not None:
        _check_same(context, line, who, contact)
        return Subject(contact=contact, company=company or _get(context, Company, contact.company_id), new=made)
    return _new_by_key(context, who, kind, value, company, made)


def _check_same(context: Context, line: Line, who: Who, contact: Contact) -> None:
    """Stop where a phone says one person and the name beside it another."""
    others = contacts.named(context.session, who.name) if who.name else []
    if others and contact.id not in {each.id for each in others}:
        _ask(
            context,
            line,
            who,
            [contact, *others],
            context.gettext("{key} is {name}'s. Who is this about? Your text is kept.").format(
                key=who.phone or who.email, name=cards.cut(contact.name, cards.NAME)
            ),
        )


def _new_by_key(
    context: Context, who: Who, kind: str, value: str, company: Company | None, made: frozenset[str]
) -> Subject:
    """Log at once under a contact named by the key as typed, and ask for the name after."""
    contact = contacts.create(
        context.session,
        name=who.name or value,
        company_id=company.id if company else None,
        owner_id=context.member.id,
        now=context.now,
        touched_at=context.touched_at,
        twin=contacts.next_twin(context.session, who.name, company.id if company else None) if who.name else 0,
    )
    contacts.add_key(context.session, contact, kind, value, context.region)
    remarks = () if who.name else (context.gettext("Who is this? Answer: rename {ref} Name").format(ref=contact.ref),)
    return Subject(contact=contact, company=company, new=made | {contact.ref}, remarks=remarks)


# Contacts by name ---------------------------------------------------------------------------------------------------


def _by_name(context: Context, line: Line, who: Who, company: Company | None, *, is_other: bool) -> Subject:
    assert who.name is not None  # noqa: S101 - the caller looked
    if is_other:
        return _new(context, who.name, company, twin=True)
    named = context.named(who.name)
    found = named.contacts or named.aliased
    here = [each for each in found if company is not None and each.company_id == company.id]
    if len(here) == 1:
        return Subject(contact=here[0], company=company)
    if len(found) > 1:
        _ask(context, line, who, here or found, _which(context, who.name))
    if len(found) == 1:
        return _the_one(context, line, who, found[0], company)
    near = search.names_like(
        context.session, who.name, company_id=company.id if company else None, member_id=context.member.id
    )
    meanwhile = [each for each in near if each.name_key == name_key(who.name)]
    if len(meanwhile) == 1:  # another process made them since we first looked
        return _the_one(context, line, who, meanwhile[0], company)
    if near:
        _ask(context, line, who, near, _which(context, who.name))
    return _new(context, who.name, company, twin=False)


def _the_one(context: Context, line: Line, who: Who, contact: Contact, company: Company | None) -> Subject:
    """A unique name: without a company it takes the line's; with another company it is asked."""
    if company is None:
        return Subject(contact=contact, company=_get(context, Company, contact.company_id))
    if contact.company_id is None:
        contact.company_id = company.id
        return Subject(contact=contact, company=company)
    return _ask(context, line, who, [contact], _elsewhere(context, contact, company), moved_to=company)


def _new(context: Context, name: str, company: Company | None, *, twin: bool) -> Subject:
    company_id = company.id if company else None
    known = context.named(name).contacts
    contact = contacts.create(
        context.session,
        name=name,
        company_id=company_id,
        owner_id=context.member.id,
        now=context.now,
        touched_at=context.touched_at,
        twin=contacts.next_twin(context.session, name, company_id) if twin else 0,
    )
    known.append(contact)
    return Subject(contact=contact, company=company, new=frozenset({contact.ref}))


# Questions ----------------------------------------------------------------------------------------------------------


def _which(context: Context, name: str) -> str:
    return context.gettext("Which {name}? Your text is kept.").format(name=cards.cut(name, cards.NAME))


def _elsewhere(context: Context, contact: Contact, company: Company) -> str:
    before = _get(context, Company, contact.company_id)
    return context.gettext("{name} is at {before}. Did they move to {after}? Your text is kept.").format(
        name=cards.cut(contact.name, cards.NAME),
        before=cards.cut(before.name, cards.NAME) if before else "?",
        after=cards.cut(company.name, cards.NAME),
    )


def _ask(
    context: Context,
    line: Line,
    who: Who,
    found: Sequence[Contact],
    question: str,
    *,
    moved_to: Company | None = None,
) -> NoReturn:
    """Raise the question, with a whole corrected line behind each button."""
    shown = list(found)[:MOST_CHOICES]
    rows = [f"{n} {describe(context, contact)}" for n, contact in enumerate(shown, start=1)]
    buttons = [
        Button(label=str(n), command=_corrected(line, who, contact.ref)) for n, contact in enumerate(shown, start=1)
    ]
    if moved_to is not None:
        rows, buttons = [], [Button(label=context.gettext("Moved"), command=f"moved {line.text}")]
    buttons.append(Button(label=context.gettext("New"), command=f"new {line.text}"))
    raise Ambiguous(
        "\n".join((question, *rows)),
        buttons=tuple(buttons),
        expects=Expectation(kind="name", start=who.span.start, end=who.span.end),
    )


def _corrected(line: Line, who: Who, ref: str) -> str:
    return line.text[: who.span.start] + ref + line.text[who.span.end :]


def describe(context: Context, contact: Contact) -> str:
    """Return a row that tells a contact from its namesakes: company, last touch, whose it is."""
    last = interactions.last(context.session, contact_id=contact.id)
    said = context.gettext("no talk yet")
    if last is not None:
        said = f"{cards.kind_word(context.wording, last)} {context.wording.on(last.at)}"
    name = cards.subject_name(context.session, contact.id, contact.company_id)
    return f"{name} · {said}"


# Lookups of readers -------------------------------------------------------------------------------------------------


def look_up(context: Context, name: str, kinds: tuple[str, ...] = ("contact", "company", "deal")) -> list[Record]:
    """Return the records a name may mean, exact ones alone if there are any; at most five."""
    exact: list[Record] = []
    if "contact" in kinds:
        exact += contacts.named(context.session, name)
    if "company" in kinds:
        exact += companies.named(context.session, name)
    if exact:
        return exact[:5]
    hits = search.find(
        context.session, name, kinds=kinds, member_id=context.member.id, region=context.region, limit=5
    ).hits
    people = [hit for hit in hits if hit.kind != "deal"] or hits  # a deal bears the names of its people
    return [*records.customers(context.session, ((hit.kind, hit.id) for hit in people))]


def hold(context: Context, subjects: Sequence[Subject]) -> None:
    """Let nobody else write about these until this line is committed; what it just made is its own anyway."""
    rows = [row for each in subjects for row in (each.company, each.contact) if row is not None]
    known = [row for row in rows if not any(row.ref in each.new for each in subjects)]
    records.lock(
        context.session,
        [row.id for row in known if isinstance(row, Company)],
        [row.id for row in known if isinstance(row, Contact)],
    )


def open_deals(context: Context, subject: Subject) -> list[Deal]:
    """Return the open deals a line about this subject may mean."""
    if subject.deal is not None:
        return [subject.deal]
    if subject.company is None and subject.contact is None:
        return []
    company_id = subject.company.id if subject.company else None
    contact_id = subject.contact.id if subject.contact else None
    if subject.new & {row.ref for row in (subject.company or subject.contact,) if row is not None}:
        return []  # what was made a moment ago has none
    return deals.open_ones(context.session, company_id=company_id, contact_id=contact_id)
