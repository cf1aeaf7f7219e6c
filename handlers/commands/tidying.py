"""Commands that tidy records up: merge, edit, give."""

from __future__ import annotations

from handlers import cards, outgoing
from handlers.arguments import Anyway, Gift, Into, Logged, SubjectRef
from handlers.command import Text, command
from handlers.context import Context
from handlers.errors import BadArgument, Conflict
from handlers.message import Button, Reply
from storage import members, merging, reminders
from storage.models import Company, Contact, Deal, Interaction, Reminder


@command(en="merge", pt="juntar", es="unir", replaces=True, examples=("merge P-88 into P-12",))
def merge(context: Context, gone: SubjectRef, into: Into, kept: SubjectRef, really: Anyway | None = None) -> Reply:
    """Make two contacts, or two companies, one; the first ref leads to the second from then on."""
    _ = context.gettext
    one, other = gone.row, kept.row
    is_pair = isinstance(one, Contact) and isinstance(other, Contact)
    is_pair = is_pair or (isinstance(one, Company) and isinstance(other, Company))
    if not is_pair or one.ref == other.ref:
        raise BadArgument(_("Merge two contacts or two companies, as in: merge P-88 into P-12"), keeps_draft=False)
    names = {"gone": f"{one.ref} {_name(one)}", "kept": f"{other.ref} {_name(other)}"}
    if really is None:
        button = Button(label=_("Merge"), command=f"merge {one.ref} into {other.ref} anyway")
        raise Conflict(_("Merge {gone} into {kept}? Undo brings both back.").format(**names), buttons=(button,))
    moved = _merge(context, one, other)
    said = context.ngettext("{n} row moved.", "{n} rows moved.", moved).format(n=moved)
    text = "✓ " + _("{gone} is {kept} now.").format(**names) + " " + said
    return Reply(text=text, refs=(other.ref,), buttons=(Button(label=_("Undo"), command="undo"),))


def _name(row: Contact | Company | Deal) -> str:
    return cards.cut(row.title if isinstance(row, Deal) else row.name, cards.NAME)


def _merge(context: Context, one: Contact | Company | Deal, other: Contact | Company | Deal) -> int:
    if isinstance(one, Contact) and isinstance(other, Contact):
        return merging.contact(context.session, one, other)
    if isinstance(one, Company) and isinstance(other, Company):
        return merging.company(context.session, one, other)
    return 0


@command(en="edit", pt="editar", es="editar", examples=("edit I-412 wants 60 seats",))
def edit(context: Context, what: Logged, text: Text) -> Reply:
    """Write something else in place of what an interaction says."""
    row = what.row
    row.text = text.removeprefix(":").strip()
    context.session.flush()
    shown = cards.interaction(context.session, context.wording, row)
    undo = Button(label=context.gettext("Undo"), command="undo")
    return Reply(text=f"✓ {shown.text}", refs=shown.refs, buttons=(undo,))


@command(en="give", pt="passar", es="pasar", examples=("give D-57 @bob",))
def give(context: Context, gift: Gift) -> Reply:
    """Make a contact, a company, a deal or a follow-up somebody else's."""
    row, member = gift.row, members.get(context.session, gift.member_id)
    if isinstance(row, Reminder):
        reminders.give(row, member.id)
        context.session.flush()
        outgoing.tell_assignee(context, row)
    elif isinstance(row, Interaction):
        raise BadArgument(context.gettext("What happened stays with whoever logged it."), keeps_draft=False)
    else:
        row.owner_id = member.id
    text = "✓ " + context.gettext("{ref} is {name}'s now.").format(ref=row.ref, name=member.name)
    return Reply(text=text, refs=(row.ref,), buttons=(Button(label=context.gettext("Undo"), command="undo"),))
