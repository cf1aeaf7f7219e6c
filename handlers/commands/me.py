"""What a member sets for themselves: `me lang pt`, `me tz Lisbon`, `me quiet 19-8`, `me digest 8:30`, `me on slack`."""

from __future__ import annotations

import re

from handlers import cards
from handlers.arguments import Preference
from handlers.command import command
from handlers.context import Context
from handlers.errors import BadArgument
from handlers.grammar import dates
from handlers.message import Reply
from handlers.wording import LOCALES, Wording, city
from storage import members, times
from storage.keys import fold

LANGUAGES = {"en": "en", "english": "en", "ingles": "en", "pt": "pt", "portugues": "pt", "portuguese": "pt"}
LANGUAGES |= {"es": "es", "espanol": "es", "espanhol": "es", "spanish": "es"}
HOUR = r"([01]?\d|2[0-3])(?::([0-5]\d))?"
HOURS = re.compile(rf"{HOUR}\s*(?:-|to|às|as|a)\s*{HOUR}")


@command(
    en="me",
    pt="config",
    es="config",
    examples=("me", "me lang pt", "me tz Lisbon", "me quiet 19-8", "me digest 8:30"),
)
def me(context: Context, preference: Preference | None = None) -> Reply:
    """Your language, time zone, quiet hours, morning agenda and favourite app."""
    if preference is not None:
        _SETTERS[preference.name](context, preference.value)
        context.session.flush()
    return _shown(context)


def _shown(context: Context) -> Reply:
    member = context.member
    wording = Wording.of(member, context.now)
    _ = wording.gettext
    text = (
        _("{name}: {role}").format(name=member.name, role=member.role),
        _("Language: {language} · Time zone: {zone} ({clock})").format(
            language=member.language,
            zone=city(member.zone, member.language),
            clock=wording.clock(times.to_local(context.now, member.zone).replace(second=0)),
        ),
        _("Quiet: {start} to {end} · Agenda: {digest}").format(
            start=member.quiet_start, end=member.quiet_end, digest=member.digest_time
        ),
        _("Reached first: {platform}").format(platform=member.preferred_platform or _("where you were last")),
    )
    return Reply(text="\n".join(text), facts={"language": member.language, "zone": member.zone}, refs=(member.ref,))


def _language(context: Context, value: str) -> None:
    language = LANGUAGES.get(fold(value).partition("_")[0])
    if language is None:
        raise _bad(context, value, ", ".join(LOCALES))
    context.member.language = language


def _zone(context: Context, value: str) -> None:
    zone = times.zone_of(value)
    if zone is None:
        raise _bad(context, value, "Lisbon, America/Sao_Paulo, UTC")
    context.member.zone = zone


def _quiet(context: Context, value: str) -> None:
    match = HOURS.fullmatch(value)
    if match is None:
        raise _bad(context, value, "19-8, 20:00-07:30")
    context.member.quiet_start = f"{int(match[1]):02}:{match[2] or '00'}"
    context.member.quiet_end = f"{int(match[3]):02}:{match[4] or '00'}"


def _digest(context: Context, value: str) -> None:
    moment = dates.read(value, dates.Role.FUTURE, context.clock)
    if not isinstance(moment, dates.Moment):
        raise _bad(context, value, "8:30, 9h")
    context.member.digest_time = f"{moment.local:%H:%M}"


def _platform(context: Context, value: str) -> None:
    known = members.platforms(context.session, context.member.id)
    if fold(value) not in known:
        raise _bad(context, value, ", ".join(known))
    context.member.preferred_platform = fold(value)


def _bad(context: Context, value: str, choices: str) -> BadArgument:
    text = context.gettext("“{value}” is not one I know. Type one of: {choices}")
    return BadArgument(text.format(value=cards.cut(value, 40), choices=choices), keeps_draft=False)


_SETTERS = {"lang": _language, "tz": _zone, "quiet": _quiet, "digest": _digest, "on": _platform}
