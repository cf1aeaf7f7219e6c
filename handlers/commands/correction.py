"""Commands that correct: undo, redo, value, rename, and the two answers `new` and `moved`."""

from __future__ import annotations

from datetime import timedelta

from handlers import cards, logbook, people
from handlers.arguments import Anyway, Logged, LogLine, SubjectRef, Value
from handlers.command import Text, command
from handlers.context import Context
from handlers.errors import BadArgument, Conflict, NotAllowed
from handlers.message import Button, Reply
from storage import changes, contacts, deals, operations
from storage.keys import company_key, name_key
from storage.models import Change, Company, Contact, Deal, Operation

OWN_FOR = timedelta(hours=24)


@command(en="undo", pt="desfazer", es="deshacer", replaces=True, examples=("undo", "undo I-412"))
def undo(context: Context, what: Logged | None = None, everything: Anyway | None = None) -> Reply:
    """Take back your last line, or the one that wrote an interaction."""
    operation = _chosen(context, what)
    rows = changes.of_operation(context.session, operation.id)
    newer = changes.newer(context.session, rows)
    if newer and everything is None:
        raise _would_lose(context, operation, newer)
    for later in reversed(newer):
        changes.revert(context.session, later, context.author, context.text, kind="undo")
    changes.revert(context.session, operation, context.author, context.text, kind="undo")
    return _undone(context, rows, operation.line)


def _chosen(context: Context, what: Logged | None) -> Operation:
    _ = context.gettext
    if what is not None:
        found = operations.that_made(context.session, "interaction", what.row.id)
    else:
        found = operations.last_of(context.session, context.member.id, context.now - OWN_FOR)
    if found is None:
        raise BadArgument(_("There is nothing of yours to undo in the last 24 hours."), keeps_draft=False)
    is_own = found.member_id == context.member.id and found.at >= context.now - OWN_FOR
    if not is_own and context.member.role not in {"admin", "manager"}:
        raise NotAllowed(_("That is not yours, or it is older than 24 hours. Ask a manager."), keeps_draft=False)
    if found.undone_by_id is not None:
        raise BadArgument(_("That was undone already. Bring it back with: redo"), keeps_draft=False)
    return found


def _would_lose(context: Context, operation: Operation, newer: list[Operation]) -> Conflict:
    _ = context.gettext
    rows = [
        _("{when}: {line}").format(when=context.wording.at(each.at), line=cards.cut(each.line, 80))
        for each in newer[:5]
    ]
    text = "\n".join((_("Newer lines stand on that; they would go too:"), *rows))
    target = context.text.strip()
    return Conflict(text, buttons=(Button(label=_("Undo all"), command=f"{target} anyway"),), keeps_draft=False)


def _undone(context: Context, rows: list[Change], line: str) -> Reply:
    refs = operations.refs(rows)
    said = ", ".join(refs[1:6])
    _ = context.gettext
    if rows and all(row.action == "update" for row in rows):
        text = _("Taken back: {line}").format(line=cards.cut(line, 100))
    elif not refs:
        text = _("Undone.")
    elif said:
        text = _("Undone {ref}, with {others}.").format(ref=refs[0], others=said)
    else:
        text = _("Undone {ref}.").format(ref=refs[0])
    return Reply(
        text=text,
        facts={"undone": ", ".join(refs)},
        refs=tuple(refs),
        buttons=(Button(label=_("Redo"), command="redo"),),
    )


@command(en="redo", pt="refazer", es="rehacer", replaces=True, examples=("redo",))
def redo(context: Context) -> Reply:
    """Bring back what you undid last, under the same refs."""
    _ = context.gettext
    undone = operations.last_undo_of(context.session, context.member.id, context.now - OWN_FOR)
    if undone is None:
        raise BadArgument(_("There is nothing to redo."), keeps_draft=False)
    rows = changes.of_operation(context.session, undone.id)
    if changes.newer(context.session, rows):
        raise Conflict(_("Not brought back: what it wrote has changed since."), keeps_draft=False)
    changes.revert(context.session, undone, context.author, context.text, kind="redo")
    operations.stands_again(context.session, undone)
    refs = operations.refs(rows)
    return Reply(
        text=_("Brought back {refs}.").format(refs=", ".join(refs[:6])),
        refs=tuple(refs),
        buttons=(Button(label=_("Undo"), command="undo"),),
    )


@command(en="value", pt="valor", es="valor", replaces=True, examples=("value D-57 $14,500",))
def value(context: Context, deal: SubjectRef, amount: Value) -> Reply:
    """Set what a deal is worth."""
    row = deal.row
    if not isinstance(row, Deal):
        raise BadArgument(context.gettext("A value belongs to a deal, as in: value D-57 $14,500"), keeps_draft=False)
    before = deals.value(row)
    deals.set_value(row, amount.amount)
    said = cards.deal_line(context.session, context.wording, row)
    if before is not None:
        said += " · " + context.gettext("was {amount}").format(amount=context.wording.money(before))
    return Reply(text=f"✓ {said}", refs=(row.ref,), buttons=(Button(label=context.gettext("Undo"), command="undo"),))


@command(en="rename", pt="renomear", es="renombrar", examples=("rename P-12 Ana Souza",))
def rename(context: Context, who: SubjectRef, name: Text) -> Reply:
    """Give a contact, a company or a deal another name."""
    row, new = who.row, " ".join(name.split())[: people.LONGEST_NAME]
    if isinstance(row, Deal):
        row.title = new
    elif isinstance(row, Contact):
        row.name, row.name_key = new, name_key(new)
        row.twin = contacts.next_twin(context.session, new, row.company_id)
    elif isinstance(row, Company):
        row.name, row.name_key = new, company_key(new)
    return Reply(
        text="✓ " + context.gettext("{ref} is {name} now.").format(ref=row.ref, name=cards.cut(new, cards.NAME)),
        refs=(row.ref,),
        buttons=(Button(label=context.gettext("Undo"), command="undo"),),
    )


@command(en="new", pt="novo", es="nuevo", hidden=True)
def new(context: Context, line: LogLine) -> Reply:
    """Log a line about somebody new, though the name is known."""
    return logbook.log(context, line.line, is_other=True)


@command(en="moved", pt="mudou", es="cambió", hidden=True)
def moved(context: Context, line: LogLine) -> Reply:
    """Log a line about somebody who is at another company now."""
    return logbook.log(context, line.line, takes_over=True)
