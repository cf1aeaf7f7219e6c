"""How a stranger becomes a member: a code. Without one they get one polite refusal, and no data."""

from __future__ import annotations

from datetime import datetime

from handlers.context import House
from handlers.message import Button, Message, Reply
from handlers.wording import LOCALES, Wording
from storage import destinations, members, times
from storage.database import Session
from storage.models import Member

JOIN = frozenset({"join", "entrar", "unirse"})


def code_in(text: str) -> str | None:
    """Return the code of a line such as `join ABCDE-12345`; None if it is another line."""
    words = text.strip().lstrip("/").split()
    return "".join(words[1:]) if len(words) in {2, 3} and words[0].casefold() in JOIN else None


def greet(session: Session, message: Message, house: House, now: datetime) -> Reply | None:
    """Answer somebody who is no member: a welcome for a good code, else at most one refusal a day."""
    address = message.address
    stranger = members.stranger(session, address.platform, address.account, message.sender.user)
    code = code_in(message.text)
    if code is not None and message.is_private:
        if not members.may_try(stranger, now):
            return None
        member = members.redeem(session, code, now)
        if member is not None:
            return welcome(session, message, member, now)
        return _bad_code(_wording(message, house, now))
    if not message.is_private or not members.may_refuse(stranger, now):
        return None
    return _refusal(_wording(message, house, now))


def _wording(message: Message, house: House, now: datetime) -> Wording:
    told = message.sender.language
    language = told if told in LOCALES else house.language
    return Wording(language=language, zone=house.zone, today=times.to_local(now, house.zone).date())


def _bad_code(wording: Wording) -> Reply:
    return Reply(
        text=wording.gettext("That code is not good: it was used, or it is too old. Ask your admin for a new one."),
        is_error=True,
    )


def _refusal(wording: Wording) -> Reply:
    return Reply(
        text=wording.gettext("This is a private CRM. Ask its admin for a code, then send: join CODE"), is_error=True
    )


def welcome(session: Session, message: Message, member: Member, now: datetime) -> Reply:
    """Link the sender's account to the member, take what the platform knows of them, and say hello."""
    address, sender = message.address, message.sender
    is_first = not members.has_identity(session, member.id)
    members.link(session, member, address.platform, address.account, sender.user, sender.user, now)
    destinations.reopen(session, address.platform, address.account, sender.user)
    if is_first:
        _take_profile(member, message)
    return hello(Wording.of(member, now), member)


def _take_profile(member: Member, message: Message) -> None:
    if message.sender.language in LOCALES:
        member.language = message.sender.language
    if message.sender.zone is not None and times.is_zone(message.sender.zone):
        member.zone = message.sender.zone


def hello(wording: Wording, member: Member) -> Reply:
    _ = wording.gettext
    example = _("called Ana from Acme, wants 40 seats, remind me friday 10h")
    text = "\n".join(
        (
            _("Hi {name}, you're in. Only you see my answers here.").format(name=member.name),
            _("Text me about a customer as you would a colleague:"),
            example,
        )
    )
    return Reply(
        text=text,
        facts={"member": member.ref},
        refs=(member.ref,),
        buttons=(
            Button(label=_("Try it"), command=f"{example} ?"),
            Button(label=_("Help"), command="help"),
        ),
    )
