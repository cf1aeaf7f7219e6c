"""Commands that end a deal."""

from __future__ import annotations

from dataclasses import replace

from handlers import logbook
from handlers.arguments import KnownLine
from handlers.command import command
from handlers.context import Context
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
    stage = next(stage for stage in context.lexicon.stages if stage.outcome == outcome)
    slot = lines.Slot(value=stage, span=lines.Span(start=0, end=0))
    return logbook.log(context, replace(parsed, stages=(slot,)))
