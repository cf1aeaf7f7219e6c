"""What a bare number or a bare label means in a chat: the newest list, question or card of the last half hour."""

from __future__ import annotations

from datetime import timedelta

from handlers import cards
from handlers.context import Context
from handlers.message import Button, Reply
from storage import inbox, letters, postings
from storage.keys import fold

LIST_LIFE = timedelta(minutes=30)


def recent(context: Context) -> list[Reply]:
    """Return the newest answers of this chat, newest first."""
    address = context.message.address
    found = inbox.recent_answers(
        context.session, address.platform, address.account, address.chat, context.now - LIST_LIFE
    )
    return [Reply.from_json(row.reply) for row in found if row.reply is not None and row.member_id == context.member.id]


def ref_at(context: Context, number: int) -> str | None:
    """Return the record in a row of this chat's last list."""
    for reply in recent(context):
        if reply.rows:
            return reply.rows[number - 1] if 0 < number <= len(reply.rows) else None
    return None


def labelled(context: Context, text: str) -> Button | None:
    """Return the button that a typed label means: of the last answer, or of the last message we pushed here."""
    if len(text) > cards.LABEL:
        return None
    key = _key(text)
    for reply in (*recent(context)[:1], *_pushed(context)):
        for button in reply.buttons:
            if _key(button.label) == key and not button.label.isdecimal():
                return button
    return None


def _key(label: str) -> str:
    """`1h` is the button [1 h]."""
    return fold(label).replace(" ", "")


def _pushed(context: Context) -> list[Reply]:
    address = context.message.address
    since = context.now - LIST_LIFE
    posting = postings.last_in_chat(context.session, address.platform, address.account, address.chat, since)
    letter = letters.get(context.session, posting.letter_id) if posting and posting.letter_id else None
    return [Reply.from_json(letter.body)] if letter is not None and letter.member_id == context.member.id else []
