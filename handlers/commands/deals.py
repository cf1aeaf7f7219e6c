"""Commands that end a deal."""

from __future__ import annotations

from dataclasses import replace

from handlers import cards, logbook, people
from handlers.arguments import KnownLine
from handlers.command import command
from handlers.context import Context
from handlers.errors import BadArgument
from handlers.grammar import line as lines
from handlers.message import Reply


@command(en="won", pt="ganhei", es="gané", examples=("won acme $12k",))
def won(context: Context, deal: KnownLine) -> Reply:
    """Close a deal as won, at an amount if you name one."""
    return _close(context, deal, "won")


@command(en="lost", pt="perdi", es="perdí", examples=("lost acme: price",))
def lost(context: Context, deal: KnownLine) -> Reply:
    """Close a deal as lost, with the reason after a colon."""
    return _close(context, deal, "lost")


def _close(context: Context, deal: KnownLine, outcome: str) -> Reply:
    """The same as the line with that stage in it."""
    parsed = lines.parse(deal.text, context.lexicon)
    _must_have_one(context, parsed)
    stage = next(stage for stage in context.lexicon.stages if stage.outcome == outcome)
    slot = lines.Slot(value=stage, span=lines.Span(start=0, end=0))
    return logbook.log(context, replace(parsed, stages=(slot,)))


def _must_have_one(context: Context, parsed: lines.Line) -> None:
    """Nothing is won or lost that was never open, unless its amount says what it was."""
    subject = people.resolve(context, parsed, parsed.who[0])
    if parsed.amounts or people.open_deals(context, subject):
        return
    about = subject.company or subject.contact
    name = cards.cut(about.name, cards.NAME) if about is not None else parsed.text
    raise BadArgument(context.gettext("{name} has no open deal.").format(name=name), keeps_draft=False)
