"""Notes: what stays of a text when the slots are taken out, verbatim."""

import re
import string
from collections.abc import Iterable

from handlers.grammar.tokens import Source, Span

__all__ = ["between"]

_BLANKS = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_CLOSES = re.compile(r"[.,;:!?)\]}](?!\w)")
_JOINTS = ",;"
_LEFT_OVER = ",;:-"
_PAIRS = {"(": ")", "[": "]"}


def between(source: Source, start: int, end: int, cuts: Iterable[Span]) -> str:
    """Give what was typed at text[start:end] without the cuts, mending only the blanks and commas around them."""
    note = ""
    place = start
    was_cut = False
    for cut in _widened(source.text, cuts):
        if cut.end <= start or cut.start >= end:
            continue
        note = _joined(note, source.verbatim(place, max(place, cut.start)), after_cut=was_cut)
        place = max(place, min(cut.end, end))
        was_cut = True
    rest = source.verbatim(place, end)
    note = _joined(note, rest, after_cut=was_cut)
    return (
        note.strip() if rest.strip() or not was_cut else note.rstrip(_LEFT_OVER + string.whitespace + _BLANKS).lstrip()
    )


def _widened(text: str, cuts: Iterable[Span]) -> Iterable[Span]:
    """Take brackets out with the slot that is alone in them."""
    for cut in cuts:
        before, after = text[cut.start - 1 : cut.start] if cut.start else "", text[cut.end : cut.end + 1]
        is_alone = bool(before) and _PAIRS.get(before) == after
        yield Span(start=cut.start - is_alone, end=cut.end + is_alone)


def _joined(left: str, right: str, *, after_cut: bool) -> str:
    if not after_cut:
        return left + right
    if right[:1] in _BLANKS and (not left or left[-1].isspace()):
        right = right.lstrip(_BLANKS)
    if right.startswith("\n"):
        return _with_line_end(left.rstrip(_BLANKS), right)
    if _CLOSES.match(right):
        left = left.rstrip(_BLANKS)
        if right[0] not in _JOINTS and left.endswith(","):
            left = left[:-1]
        if right[0] in _JOINTS and (not left or left[-1] in ",;:.\n"):
            right = right[1:] if left else right[1:].lstrip(_BLANKS)
    return left + right


def _with_line_end(left: str, right: str) -> str:
    """Drop the line that held only slots."""
    is_emptied = not left or left.endswith("\n")
    return left + (right[1:] if is_emptied else right)
