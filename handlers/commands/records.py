"""Commands that read: find, open, timeline, and the deals in the funnel."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from handlers import cards
from handlers.arguments import Anything, Before, Filters, Subject
from handlers.command import Text, command
from handlers.context import Context
from handlers.message import Button, Reply, Table
from storage import companies, deals, interactions, records, search
from storage.models import Company, Contact, Deal, Interaction, Reminder, StageChange
from storage.records import Customer, Record
from storage.types import Money

ROWS = 5


@command(en="find", pt="buscar", es="buscar", writes=False, examples=("find acme", "find 98888-7777"))
def find(context: Context, query: Text) -> Reply:
    """Look up a name, a phone, an e-mail or a tag."""
    found = search.find(context.session, query, member_id=context.member.id, region=context.region, limit=ROWS)
    rows = records.customers(context.session, ((hit.kind, hit.id) for hit in found.hits))
    if not rows:
        return _nothing(context, query)
    if found.total == 1:
        return _card(context, rows[0])
    head = context.ngettext("{n} for “{query}”", "{n} for “{query}”", found.total)
    lines = [f"{n} {_row(context, row)}" for n, row in enumerate(rows, start=1)]
    refs = tuple(row.ref for row in rows)
    return Reply(
        text="\n".join((head.format(n=found.total, query=cards.cut(query, 60)), *lines)),
        refs=refs,
        rows=refs,
        buttons=tuple(Button(label=str(n), command=f"open {ref}") for n, ref in enumerate(refs[:3], start=1)),
        table=Table(columns=("ref", "name"), rows=tuple((row.ref, _name(row)) for row in rows)),
    )


def _nothing(context: Context, query: str) -> Reply:
    _ = context.gettext
    shown = cards.cut(query, 60)
    return Reply(text=_("Nothing like “{query}”.").format(query=shown))


def _name(row: Customer) -> str:
    return row.title if isinstance(row, Deal) else row.name


def _row(context: Context, row: Customer) -> str:
    session, wording = context.session, context.wording
    if isinstance(row, Company):
        counts = cards.company_counts(wording, *companies.counts(session, row.id))
        return f"{cards.cut(row.name, cards.NAME)}, {row.ref} · {counts}"
    if isinstance(row, Contact):
        name = cards.subject_name(session, row.id, row.company_id)
        return f"{name}, {row.ref} · {_last(context, row)}"
    booked = deals.next_step(session, row.id)
    said = cards.deal_line(session, wording, row)
    if booked is None:
        return said
    return f"{said} · " + context.gettext("next {when}").format(when=wording.at(booked.due_at))


def _last(context: Context, row: Contact) -> str:
    last = interactions.last(context.session, contact_id=row.id)
    if last is None:
        return context.gettext("no talk yet")
    return f"{cards.kind_word(context.wording, last)} {context.wording.on(last.at)}"


@command(en="open", pt="abrir", es="abrir", writes=False, examples=("open P-12", "D-57"))
def open_record(context: Context, what: Anything) -> Reply:
    """Show a record's card."""
    return _card(context, what.row)


def _card(context: Context, row: Record) -> Reply:
    session, wording = context.session, context.wording
    if isinstance(row, Contact):
        return cards.contact(session, wording, row)
    if isinstance(row, Company):
        return cards.company(session, wording, row)
    if isinstance(row, Deal):
        return cards.deal(session, wording, row)
    return (
        cards.interaction(session, wording, row)
        if isinstance(row, Interaction)
        else cards.reminder(session, wording, row)
    )


# The timeline ---------------------------------------------------------------------------------------------------------


@command(en="timeline", pt="histórico", es="historial", writes=False, examples=("timeline ana", "timeline D-57"))
def timeline(context: Context, who: Subject, before: Before | None = None) -> Reply:
    """What happened and what is booked, newest first."""
    row = who.row
    events = interactions.timeline(
        context.session, row, limit=ROWS + 1, before=before.instant if before is not None else None
    )
    head = context.gettext("Timeline of {name}").format(name=f"{cards.cut(_name(row), cards.NAME)} · {row.ref}")
    if not events:
        return Reply(text="\n".join((head, context.gettext("Nothing yet."))), refs=(row.ref,))
    shown = events[:ROWS]
    lines = [f"{n} {_event(context, at, event)}" for n, (at, event) in enumerate(shown, start=1)]
    buttons: tuple[Button, ...] = ()
    if len(events) > ROWS:
        older = f"timeline {row.ref} before {shown[-1][0].isoformat()}"
        buttons = (Button(label=context.gettext("Older"), command=older),)
    return Reply(
        text="\n".join((head, *lines)),
        refs=(row.ref,),
        rows=tuple(_opens(event) for _at, event in shown),
        buttons=buttons,
    )


def _opens(event: interactions.Event) -> str:
    return f"D-{event.deal_id}" if isinstance(event, StageChange) else event.ref


def _event(context: Context, at: datetime, event: interactions.Event) -> str:
    return f"{context.wording.at(at)} {_what(context, event)}"


def _what(context: Context, event: interactions.Event) -> str:
    _ = context.gettext
    if isinstance(event, Interaction):
        said = cards.kind_word(context.wording, event)
        return f"{said} {cards.quote(event.text)} · {event.ref}" if event.text else f"{said} · {event.ref}"
    if isinstance(event, Reminder):
        states = {"done": _("done"), "cancelled": _("dropped")}
        state = states.get(event.state, _("booked"))
        return f"{state}: {cards.cut(event.title, 80)} · {event.ref}"
    to = context.stage_name(event.to_stage_id)
    if event.from_stage_id is None:
        return _("D-{id} opened in {stage}").format(id=event.deal_id, stage=to)
    return _("D-{id} {before} → {after}").format(
        id=event.deal_id, before=context.stage_name(event.from_stage_id), after=to
    )


# The funnel -----------------------------------------------------------------------------------------------------------


@command(en="pipe", pt="funil", es="embudo", writes=False, examples=("pipe", "pipe team", "pipe @bob >proposal"))
def pipe(context: Context, filters: Filters | None = None) -> Reply:
    """Open deals by stage: yours, a teammate's or the team's."""
    chosen = filters or Filters(owner_id=context.member.id)
    owner = None if chosen.is_team else chosen.owner_id or context.member.id
    if chosen.stage_ids:
        return _deals(context, owner, chosen.stage_ids)
    totals = deals.totals(context.session, owner_id=owner)
    if not totals:
        return Reply(text=context.gettext("No open deals. Make one: met Ana, Acme: $12k >proposal"))
    count = sum(total.count for total in totals)
    head = context.ngettext("{n} open deal", "{n} open deals", count).format(n=count)
    lines = _stage_lines(context, totals)
    return Reply(text="\n".join((head, *lines)), table=_table(context, totals), facts={"open_deals": str(count)})


def _stage_lines(context: Context, totals: list[deals.StageTotal]) -> list[str]:
    """Return “Proposal 9 · USD 96,000 + EUR 9,000”, in the order of the funnel."""
    grouped: dict[int, list[deals.StageTotal]] = defaultdict(list)
    for total in totals:
        grouped[total.stage_id].append(total)
    return [_stage_line(context, stage.id, grouped[stage.id]) for stage in context.stages if stage.id in grouped]


def _stage_line(context: Context, stage_id: int, totals: list[deals.StageTotal]) -> str:
    count = sum(total.count for total in totals)
    sums = [context.wording.money(Money(total.minor, total.currency)) for total in totals if total.currency is not None]
    said = f"{context.stage_name(stage_id)} {count}"
    return f"{said} · {' + '.join(sums)}" if sums else said


def _table(context: Context, totals: list[deals.StageTotal]) -> Table:
    rows = (
        (context.stage_name(total.stage_id), str(total.count), total.currency or "", str(total.minor))
        for total in totals
    )
    return Table(columns=("stage", "count", "currency", "minor"), rows=tuple(rows))


def _deals(context: Context, owner: int | None, stage_ids: tuple[int, ...]) -> Reply:
    found = deals.listed(context.session, owner_id=owner, stage_ids=stage_ids, limit=ROWS * 4)
    if not found:
        return Reply(text=context.gettext("No open deals there."))
    head = context.ngettext("{n} open deal", "{n} open deals", len(found)).format(n=len(found))
    lines = [f"{n} {_row(context, deal)}" for n, deal in enumerate(found[:ROWS], start=1)]
    refs = tuple(deal.ref for deal in found)
    return Reply(text="\n".join((head, *lines)), refs=refs[:ROWS], rows=refs)
