"""From what was typed to an answer: a question's answer, a command, a reply to a card, or a line for the log.

Tried in that order; the first that fits is it. Whatever fits nothing is kept as a draft and asked about.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

from handlers import cards, command, logbook, people, problems, rows
from handlers.context import Context
from handlers.errors import BadArgument, Expectation, NotAllowed, UnknownCommand, UserError
from handlers.grammar import dates, line as lines, money, tokens
from handlers.message import Button, Reply
from storage import changes, drafts, records, reminders
from storage.keys import fold
from storage.models import Draft

LONGEST = 8000
NAME_WORDS = 5
COMMAND_WORDS = 6  # a longer text is told about somebody, not a command with a slip
JUST_NOW = timedelta(minutes=15)
PARTICLES = frozenset(
    ["da", "de", "do", "das", "dos", "e", "y", "del", "la", "las", "los", "di", "du", "van", "von", "der", "den"]
)
DROPS = frozenset({"cancel", "nevermind", "never mind", "deixa", "esquece", "olvida"})
YES = frozenset({"yes", "y", "sim", "s", "si"})
NO = frozenset({"no", "n", "nao"})
NEW = frozenset({"new", "novo", "nova", "nuevo", "nueva"})
THANKS = frozenset({"ok", "okay", "thanks", "thank you", "👍", "obrigado", "obrigada", "valeu", "gracias", "vale"})
NUMBER = re.compile(r"(\d{1,2})(?:\s+(.*))?", re.DOTALL)


def answer(context: Context, typed: str) -> Reply | None:
    """Return what one line is answered with; None for a word of thanks. Raises UserError."""
    text = lines.normalise(typed).strip()
    if len(text) > LONGEST:
        raise BadArgument(
            context.gettext(
                "Not logged yet: that is {n} characters, and I read up to {most}. "
                "Send it in parts; it is kept in: inbox"
            ).format(n=len(text), most=LONGEST)
        )
    if not text:
        return _only_attached(context) if context.message.attachments else _nothing(context)
    if fold(text) in THANKS:
        return None
    context.text = text
    return _to_question(context, text) or read(context, text)


def _nothing(context: Context) -> Reply:
    return Reply(
        text=context.gettext("There was nothing to read. Try: met Ana Souza, Acme: wants 40 seats"), is_error=True
    )


def _only_attached(context: Context) -> Reply:
    text = context.gettext("I read words only. Write a line about it, as in: met Ana Souza, Acme: wants 40 seats")
    return Reply(text=text, is_error=True)


# Answers to a question -----------------------------------------------------------------------------------------


def _to_question(context: Context, text: str) -> Reply | None:
    """Apply an answer to the open question of this chat, if the text is one."""
    address = context.message.address
    draft = drafts.question(context.session, context.member.id, address.platform, address.chat, context.now)
    if draft is None:
        return None
    if fold(text) in DROPS or (fold(text) in NO and draft.offers):
        drafts.close(draft, context.now)
        return Reply(text=context.gettext("Dropped. Nothing was saved."))
    corrected = _offer(draft, text) or _in_place(context, draft, text)
    if corrected is None:
        return None
    return apply_draft(context, draft, corrected)


def apply_draft(context: Context, draft: Draft, corrected: str) -> Reply | None:
    """Read the corrected line of a draft, which is closed with it; a further question takes its place."""
    context.answered = draft.id
    drafts.close(draft, context.now)
    reply = read(context, corrected)
    _remember(context, draft, corrected)
    return reply


def _remember(context: Context, draft: Draft, corrected: str) -> None:
    """Who was meant by a name is remembered: the same name means the same person to this member from now on."""
    if draft.expects != "name" or draft.start is None or draft.end is None or draft.start == draft.end:
        return
    found = tokens.ref_prefix(corrected, draft.start)
    if found is not None and found[0].startswith("P-"):
        name = draft.text[draft.start : draft.end].partition(",")[0]
        records.remember_alias(context.session, context.member.id, name, int(found[0][2:]))


def _offer(draft: Draft, text: str) -> str | None:
    """Return the command of the offer that a number or a label means; a plain yes means the only one."""
    key = fold(text)
    if key in YES and len(draft.offers) == 1:
        return draft.offers[0]["command"]
    for number, offer in enumerate(draft.offers, start=1):
        is_new = key in NEW and offer["command"].startswith("new ")
        if is_new or key == fold(offer["label"]) or (text == str(number) and not _has_numbers(draft)):
            return offer["command"]
    return None


def _has_numbers(draft: Draft) -> bool:
    return any(offer["label"].isdecimal() for offer in draft.offers)


def _in_place(context: Context, draft: Draft, text: str) -> str | None:
    """Put a typed answer in the place of what was wrong, if it is wholly what was asked for."""
    if draft.expects is None or draft.start is None or draft.end is None or not _is_a(context, draft.expects, text):
        return None
    before, after = draft.text[: draft.start], draft.text[draft.end :]
    if draft.expects == "name" and not before and draft.start == draft.end:
        return f"note {text}: {after}"  # a text about nobody becomes a note about them
    gap = ": " if draft.expects == "name" and draft.start == draft.end else ""
    return f"{before}{text}{gap}{after}"


def _is_a(context: Context, kind: str, text: str) -> bool:
    if kind == "date":
        return not _is_command(context, text) and isinstance(
            dates.read(text, dates.Role.FUTURE, context.clock), dates.Moment
        )
    if kind == "amount":
        return isinstance(money.read(text, dollar=context.dollar, language=context.language), money.Amount)
    if kind == "stage":
        return problems.is_stage(context, text)
    return kind == "name" and _is_name(context, text)


def _is_command(context: Context, text: str) -> bool:
    """`today` is a date, but a command first."""
    return any(found.bind(context, rest) is not None for found, rest in command.find(text))


def _is_name(context: Context, text: str) -> bool:
    """A ref, somebody known, or a few words written as a name; a command or a line is none."""
    if tokens.ref(text) is not None or context.lexicon.knows_person(text):
        return True
    words = text.split()
    if len(words) > NAME_WORDS or command.find(text) or not all(word.replace("-", "").isalpha() for word in words):
        return False
    if not words[0][0].isupper() or not all(word[0].isupper() or word in PARTICLES for word in words):
        return False
    return lines.parse(text, context.lexicon).kind is None


# Commands and lines --------------------------------------------------------------------------------------------


def read(context: Context, text: str) -> Reply | None:
    """Return the answer to a text that is no answer to a question."""
    context.text = text
    if text.endswith(" ?"):
        preview(context, text[:-2].rstrip())
    for reading in (_command, _row, _label, _record, _fragment, _date_after_push):
        reply = reading(context, text)
        if reply is not None:
            return reply
    return _line(context, text)


def preview(context: Context, text: str) -> NoReturn:
    """Show what a line would write. Raising takes the writes back; what was typed is kept as a draft."""
    reply = read(context, text)
    shown = context.gettext("Preview, not saved:") + "\n" + (reply.text if reply is not None else "")
    raise Preview(shown, buttons=(Button(label=context.gettext("Save"), command=text),))


class Preview(UserError):
    """Nobody's error: what was typed is a draft, and its first button saves it."""

    is_error = False


def _command(context: Context, text: str) -> Reply | None:
    for found, rest in command.find(text):
        arguments = found.bind(context, rest)
        if arguments is not None:
            return run(context, found, arguments, text)
    return None


def run(context: Context, found: command.Command, arguments: dict[str, object], text: str) -> Reply:
    """Run a command, as one operation if it writes."""
    reply = (
        writing(context, text, lambda: found.run(context, **arguments))
        if found.writes
        else found.run(context, **arguments)
    )
    return replace(reply, replaces=found.replaces and bool(context.message.pressed) and not reply.is_error)


def writing(context: Context, text: str, act: Callable[[], Reply]) -> Reply:
    """Do something that changes records: one line, one operation, one undo."""
    if context.member.role == "viewer":
        raise NotAllowed(
            context.gettext("You can read, but not write here. Ask an admin for another role."), keeps_draft=False
        )
    changes.begin(context.session, context.author, text, inbox_id=context.inbox_id)
    reply = act()
    context.operation = changes.end(context.session)
    return reply


def _row(context: Context, text: str) -> Reply | None:
    """`2` opens a row of this chat's last list, `2 tomorrow` moves or books."""
    match = NUMBER.fullmatch(text)
    ref = rows.ref_at(context, int(match[1])) if match is not None else None
    if match is None or ref is None:
        return None
    rest = (match[2] or "").strip()
    if not rest:
        return _command(context, f"open {ref}")
    if ref.startswith("F-"):
        return _command(context, f"snooze {ref} {rest}")
    return _command(context, f"follow up {ref} {rest}")


def _label(context: Context, text: str) -> Reply | None:
    """A button's label, typed."""
    button = rows.labelled(context, text)
    return None if button is None or fold(button.command) == fold(text) else read(context, button.command)


def _record(context: Context, text: str) -> Reply | None:
    """A ref alone opens its card."""
    ref = tokens.ref(text)
    return _command(context, f"open {ref}") if ref is not None else None


def _fragment(context: Context, text: str) -> Reply | None:
    """A reply to a card is about what the card shows; one that names somebody else is a new line."""
    if not context.about or context.message.in_reply_to is None:
        return None
    parsed = lines.parse(text, context.lexicon)
    if parsed.kind is not None and parsed.who:
        return None
    ref = context.about[0]
    moment = dates.read(text.removeprefix("!").strip(), dates.Role.FUTURE, context.clock)
    if isinstance(moment, dates.Moment):
        return _command(context, f"snooze {ref} {text}" if ref.startswith("F-") else f"follow up {ref} {text}")
    if text.startswith("@") and len(text.split()) == 1:
        return _command(context, f"give {ref} {text}")
    if ref.startswith("F-") and fold(text).strip("✓ ") == "":
        return _command(context, f"done {ref}")
    fragment = lines.parse_fragment(text, context.lexicon)
    subject = people.of_ref(context, ref)
    return writing(context, text, lambda: logbook.log_about(context, fragment, subject))


def _date_after_push(context: Context, text: str) -> Reply | None:
    """A bare date right after a push moves what was pushed, in chats where one does not reply to a message."""
    if context.about or not isinstance(dates.read(text, dates.Role.FUTURE, context.clock, marked=False), dates.Moment):
        return None
    pushed = reminders.recently_pushed(context.session, context.member.id, context.now, JUST_NOW)
    return _command(context, f"snooze {pushed[0].ref} {text}") if len(pushed) == 1 else None


def _line(context: Context, text: str) -> Reply:
    parsed = lines.parse(text, context.lexicon)
    if parsed.kind is None and not parsed.who and parsed.follow_ups and not parsed.problems:
        return writing(context, text, lambda: logbook.remind(context, parsed))
    if parsed.kind is None and not parsed.who:
        raise _unknown(context, text)
    if _is_only_a_who(parsed) or _dials(parsed):
        return _who_alone(context, parsed)
    if parsed.kind is None and not _is_about_somebody(context, parsed):
        raise _unknown(context, text)
    return writing(context, text, lambda: logbook.log(context, parsed))


def _is_only_a_who(parsed: lines.Line) -> bool:
    said = (parsed.kind, parsed.note, parsed.tags, parsed.stages, parsed.amounts, parsed.follow_ups, parsed.problems)
    return len(parsed.who) == 1 and not any(said)


def _dials(parsed: lines.Line) -> bool:
    """`call ana`, without a word of what was said: nothing to log and nothing to plan, so it shows the number."""
    is_bare = len(parsed.who) == 1 and parsed.kind is not None and not parsed.problems
    return is_bare and not (parsed.logs or parsed.plans)


def _who_alone(context: Context, parsed: lines.Line) -> Reply:
    """A name alone shows its card; an unknown one is asked about, never stored as a note."""
    who = parsed.who[0]
    named = parsed.text[who.span.start : who.span.end]
    shown = _command(context, f"open {who.ref or named}")
    if shown is None:
        raise _unknown(context, parsed.text)
    return shown


def _is_about_somebody(context: Context, parsed: lines.Line) -> bool:
    """Without a kind, a line is a note when its `who` is known, or it carries slots."""
    who = parsed.who[0]
    if who.ref or who.phone or who.email or parsed.follow_ups or parsed.stages or parsed.amounts or parsed.tags:
        return True
    lexicon = context.lexicon
    return bool(who.name and (lexicon.knows_person(who.name) or lexicon.knows_company(who.name)))


def _unknown(context: Context, text: str) -> BadArgument | UnknownCommand:
    """Offer the nearest command, or ask whom a note is about; either way the text is kept."""
    _ = context.gettext
    for_name = Expectation(kind="name", start=0, end=0)
    found = [each for each, _rest in command.find(text) if not each.is_hidden]
    if found and len(text.split()) <= COMMAND_WORDS:
        return _misused(context, found[0])
    usages = [each.usage(context) for each in found]
    if usages:
        said = _("Not logged yet: a note about whom? Type a name. If it is a command: {usage}")
        return BadArgument(said.format(usage=usages[0]), expects=for_name)
    word, _sep, rest = text.partition(" ")
    near = command.nearest(word)
    if near is not None:
        corrected = f"{near.word(context.member.language)} {rest}".strip()
        said = _("There is no “{word}”. Did you mean: {command}").format(
            word=cards.cut(word, 40), command=cards.cut(corrected, 60)
        )
        button = Button(label=cards.cut(corrected, cards.LABEL), command=corrected)
        return UnknownCommand(said, buttons=(button,))
    return BadArgument(
        _("Not logged yet: a note about whom? Type a name, or begin with: met, called, emailed, visited. Or: help"),
        expects=for_name,
    )


def _misused(context: Context, found: command.Command) -> BadArgument:
    """A command whose rest does not fit: how it is typed, and nothing to keep."""
    lines_ = [context.gettext("Type it like this: {usage}").format(usage=found.usage(context))]
    lines_ += [context.wording.pgettext("typed", example) for example in found.examples[:2]]
    return BadArgument("\n".join(lines_), keeps_draft=False)
