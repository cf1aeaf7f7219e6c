"""Commands about the house itself: help, inbox, joining, health, letters."""

from __future__ import annotations

from handlers import cards, command as commands, joining
from handlers.arguments import Code, DraftNumber
from handlers.command import Command, Text, command
from handlers.context import Context
from handlers.errors import BadArgument, NotAllowed
from handlers.grammar import line as lines
from handlers.message import Button, Reply
from storage import drafts, health as state, letters, members
from storage.models import Draft, Letter

SHOWN = ("find", "today", "next_ones", "done", "snooze", "timeline", "pipe", "undo")


@command(en="help", pt="ajuda", es="ayuda", writes=False, examples=("help", "help snooze"))
def help_(context: Context, topic: Text | None = None) -> Reply:
    """What you can type; `help` and a word tells more of it."""
    if topic is not None:
        return _about(context, topic)
    _ = context.gettext
    said = [
        _("Text me about a customer as you would a colleague:"),
        _("met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !fri 10h send quote"),
        _("#tag · $amount · >stage · !when what to do next"),
        *(_line(context, commands.registry()[name]) for name in SHOWN),
        _("More of a word: help snooze"),
    ]
    return Reply(text="\n".join(said))


def _line(context: Context, each: Command) -> str:
    return f"{each.word(context.member.language)}: {context.gettext(each.help)}"


def _about(context: Context, topic: str) -> Reply:
    if _is_kind(context, topic):
        return _about_logging(context, topic)
    found = commands.find(topic)
    near = found[0][0] if found else commands.nearest(topic)
    if near is None:
        raise BadArgument(
            context.gettext("There is no “{word}”. See: help").format(word=cards.cut(topic, 40)), keeps_draft=False
        )
    examples = (context.wording.pgettext("typed", example) for example in near.examples)
    return Reply(text="\n".join((near.usage(context), context.gettext(near.help), *examples)))


def _is_kind(context: Context, word: str) -> bool:
    return lines.parse(f"{word} Ana Souza: ok", context.lexicon).kind is not None


def _about_logging(context: Context, word: str) -> Reply:
    _ = context.gettext
    text = (
        _("{word} <who>, <company>: <what was said> #tag $amount >stage !when <next step>").format(word=word),
        _("Logs it with everybody and everything in the line; one undo takes all of it back."),
        _("{word} Ana Souza, Acme: wants 40 seats #hot $12k").format(word=word),
    )
    return Reply(text="\n".join(text))


@command(en="start", pt="start", es="start", writes=False, hidden=True)
def start(context: Context) -> Reply:
    """Say hello again."""
    return joining.hello(context.wording, context.member)


@command(en="inbox", pt="rascunhos", es="borradores", writes=False, examples=("inbox", "inbox 1"))
def inbox(context: Context, number: DraftNumber | None = None) -> Reply:
    """What was typed and could not be saved yet; a number asks about that one again."""
    found = drafts.open_ones(context.session, context.member.id)
    _ = context.gettext
    if not found:
        return Reply(text=_("No drafts. Everything you typed is saved."))
    if number is not None:
        return _draft(context, number, found)
    head = context.ngettext("{n} draft", "{n} drafts", len(found)).format(n=len(found))
    rows = [f"{n} {cards.cut(draft.text, 100)}" for n, draft in enumerate(found[:5], start=1)]
    buttons = tuple(Button(label=str(n), command=f"inbox {n}") for n in range(1, min(len(found), 3) + 1))
    return Reply(text="\n".join((head, *rows)), buttons=buttons)


def _draft(context: Context, number: DraftNumber, found: list[Draft]) -> Reply:
    if number.value > len(found):
        raise BadArgument(
            context.gettext("There is no draft {n}. See: inbox").format(n=number.value), keeps_draft=False
        )
    draft = found[number.value - 1]
    offers = tuple(Button(label=offer["label"], command=offer["command"]) for offer in draft.offers)
    discard = Button(label=context.gettext("Discard"), command=f"discard {draft.id}")
    return Reply(text=f"{cards.cut(draft.text, 1000)}\n{draft.error}", buttons=(*offers[:3], discard), ask=draft.id)


@command(en="discard", pt="jogar fora", es="desechar", replaces=True, hidden=True)
def discard(context: Context, number: DraftNumber) -> Reply:
    """Drop a draft."""
    draft = drafts.get(context.session, number.value)
    if draft is None or draft.member_id != context.member.id:
        raise BadArgument(
            context.gettext("There is no draft {n}. See: inbox").format(n=number.value), keeps_draft=False
        )
    drafts.close(draft, context.now)
    return Reply(text=context.gettext("Dropped. Nothing was saved."))


@command(en="join", pt="entrar", es="unirse", examples=("join ABCDE-12345",))
def join(context: Context, code: Code) -> Reply:
    """Become the member that a code was made for."""
    if not context.message.is_private:
        raise NotAllowed(context.gettext("Send the code in private, where only I read it."), keeps_draft=False)
    member = members.redeem(context.session, code, context.now)
    if member is None:
        raise BadArgument(
            context.gettext("That code is not good: it was used, or it is too old. Ask your admin for a new one."),
            keeps_draft=False,
        )
    return joining.welcome(context.session, context.message, member, context.now)


@command(en="health", pt="saúde", es="salud", writes=False, examples=("health",))
def health(context: Context) -> Reply:
    """How the house is: what waits, what failed, when the clock last ticked."""
    _must_lead(context)
    found = state.of(context.session, context.now, asked_in=context.inbox_id)
    _ = context.gettext
    said = [
        _("Waiting to be read: {n}").format(n=found.pending),
        _("Could not be saved this week: {n}").format(n=found.broken),
        _("Waiting to be sent: {n}").format(n=found.waiting),
        _("Failed or held: {n}. See: letters").format(n=found.troubled),
        _("Last tick: {when}").format(when=context.wording.at(found.ticked_at) if found.ticked_at else _("never")),
        _("Last message in: {when}").format(
            when=context.wording.at(found.received_at) if found.received_at else _("never")
        ),
    ]
    head = _("All is well.") if found.is_well else _("Something needs you:")
    return Reply(text="\n".join((head, *said)), facts={"failed": str(found.troubled), "pending": str(found.pending)})


@command(en="letters", pt="cartas", es="cartas", writes=False, examples=("letters",))
def letters_(context: Context) -> Reply:
    """Messages that could not be delivered, and why."""
    _must_lead(context)
    found = letters.troubled(context.session, limit=10)
    if not found:
        return Reply(text=context.gettext("Every message was delivered."))
    head = context.ngettext("{n} not delivered", "{n} not delivered", len(found)).format(n=len(found))
    rows = [_letter_row(context, letter) for letter in found]
    return Reply(text="\n".join((head, *rows)), refs=tuple(letter.ref for letter in found))


def _letter_row(context: Context, letter: Letter) -> str:
    _ = context.gettext
    kinds = {
        "reminder": _("follow-up"),
        "nudge": _("nudge"),
        "agenda": _("agenda"),
        "answer": _("answer"),
        "digest": _("digest"),
        "edit": _("rewritten card"),
    }
    kind = kinds.get(letter.kind, _("notice"))
    reason = cards.cut(letter.last_error or letter.state, 100)
    return f"{letter.ref} {kind}, {context.wording.at(letter.due_at)}: {reason}"


def _must_lead(context: Context) -> None:
    if context.member.role not in {"admin", "manager"}:
        raise NotAllowed(context.gettext("Only admins and managers see this."), keeps_draft=False)
