"""The text as the parsers read it: normalised, cut into words, and every place traceable to what was typed."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from storage import keys

__all__ = ["Source", "Span", "Word", "normalise", "protected", "ref", "ref_prefix", "source", "split_command", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the normalised line: text[start:end]."""

    start: int
    end: int

    def holds(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


class Word(NamedTuple):
    """A run without spaces; `key` is its folded form without the punctuation around it."""

    start: int
    end: int
    raw: str
    key: str


# --- normalising -----------------------------------------------------------------------------------------

_SAME: dict[str, str] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    **dict.fromkeys("\u2028\u2029\u0085\u000b\u000c", "\n"),
    # What keyboards for Chinese and Japanese give for the signs of the grammar.
    **dict(zip("\u00a1\uff01\uff03\uff04\uff0b\uff0c\uff1a\uff1e\uff20", "!!#$+,:>@", strict=True)),
}
_CHANGED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa1\xab\xad\xbb\u061c\u1680\u180e\u2000-\u200f\u2018-\u201f\u2028-\u202f\u2039\u203a"
    "\u205f-\u206f\u3000\ufeff\uff01\uff03\uff04\uff0b\uff0c\uff1a\uff1e\uff20\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_DASH = re.compile(r"([ \t])(?:[\u2012-\u2015\u2212]|--)(?=[ \t])")
_PLAIN = re.compile(r"[\t\n -~]*")
# Joiners hold emoji families and some scripts together: the parser does without, the note keeps them.
_KEPT_IN_NOTES = frozenset("\u200c\u200d") | {chr(tag) for tag in range(0xE0020, 0xE0080)}
_DANGEROUS = re.compile(r"\r\n|" + _CHANGED.pattern)
_STRETCH = 64
_MOST_MARKS = 32  # on one letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A normalised text that knows where each of its characters was typed; no `origin` means nothing changed.

    `origin` has one place more than the text: where it ends.
    """

    typed: str
    text: str
    origin: tuple[int, ...] | None = None

    def verbatim(self, start: int, end: int) -> str:
        """Give what was typed at text[start:end], less what could harm whoever reads it (NUL, bidi, surrogates)."""
        if self.origin is None:
            return self.text[start:end]
        return _DANGEROUS.sub(_harmless, self.typed[self.origin[start] : self.origin[end]])

    def up_to(self, end: int) -> "Source":
        """Give the source without what follows text[end]."""
        if self.origin is None:
            return Source(typed=self.typed[:end], text=self.text[:end])
        return Source(typed=self.typed[: self.origin[end]], text=self.text[:end], origin=self.origin[: end + 1])


def _harmless(match: re.Match[str]) -> str:
    char = match[0]
    if char == "\r\n":
        return "\n"
    return char if char in _KEPT_IN_NOTES or (char in _SAME and char != "\x85") else ""


def normalise(typed: str) -> str:
    """Give the one spelling the parsers know: NFC, straight quotes, " - ", no invisible characters, ! for ¡."""
    return source(typed).text


def source(typed: str) -> Source:
    """Normalise, keeping where each character came from."""
    if _PLAIN.fullmatch(typed) and not _DASH.search(typed):
        return Source(typed=typed, text=typed)
    text, origin = _translated(typed)
    text, origin = _with_dashes(text, origin)
    text, origin = _composed(text, origin)
    return Source(typed=typed, text=text, origin=None if text == typed else (*origin, len(typed)))


def _translated(typed: str) -> tuple[str, list[int]]:
    parts: list[str] = []
    origin: list[int] = []
    done = 0
    for match in _CHANGED.finditer(typed):
        parts.append(typed[done : match.start()])
        origin.extend(range(done, match.start()))
        done = match.end()
        if new := _translation(typed, match.start()):
            parts.append(new)
            origin.append(match.start())
    origin.extend(range(done, len(typed)))
    return "".join([*parts, typed[done:]]), origin


def _translation(typed: str, at: int) -> str:
    if typed[at] == "\r":
        return "" if typed[at + 1 : at + 2] == "\n" else "\n"
    return _SAME.get(typed[at], "")


def _with_dashes(text: str, origin: list[int]) -> tuple[str, list[int]]:
    for match in reversed(list(_DASH.finditer(text))):
        del origin[match.start() + 2 : match.end()]
    return _DASH.sub(r"\1-", text), origin


def _composed(text: str, origin: list[int]) -> tuple[str, list[int]]:
    if text.isascii():
        return text, origin
    parts: list[str] = []
    places: list[int] = []
    for start, end in _stretches(text, _STRETCH):
        stretch = text[start:end]
        if unicodedata.is_normalized("NFC", stretch):
            parts.append(stretch)
            places.extend(origin[start:end])
        else:
            _compose(stretch, origin[start:end], parts, places)
    return "".join(parts), places


def _compose(stretch: str, origin: list[int], parts: list[str], places: list[int]) -> None:
    for start, end in _stretches(stretch, 1):
        composed = unicodedata.normalize("NFC", stretch[start:end])
        parts.append(composed)
        # A letter and its marks are one place: half a letter cannot be cut off.
        places.extend([origin[start]] * len(composed))


def _stretches(text: str, length: int) -> Iterator[tuple[int, int]]:
    """Cut a text where nothing melts together; short pieces, for Python's own normalising is quadratic in marks."""
    start = 0
    while start < len(text):
        end = start + length
        while end < len(text) and end - start < length + _MOST_MARKS and _joins_the_one_before(text[end]):
            end += 1
        yield start, min(end, len(text))
        start = end


def _joins_the_one_before(char: str) -> bool:
    # Korean vowels and finals are letters, yet they melt into the syllable before them.
    return unicodedata.category(char).startswith("M") or "\u1160" <= char <= "\u11ff"


# --- words -----------------------------------------------------------------------------------------------

_WORD = re.compile(r"\S+")
_AROUND = "()[]{}<>\"'`.,;:!?\u2026*_~"
_LONGEST_WORD = 60  # nothing longer is in a word table; folding it would only cost


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """Cut text[start:end] at white space."""
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        yield Word(match.start(), match.end(), match[0], word_key(match[0]))


def word_key(raw: str) -> str:
    """Fold one word for the word tables: no case, no accents, no punctuation around it."""
    if len(raw) > _LONGEST_WORD:
        return ""
    plain = raw.strip(_AROUND)
    return plain.lower() if plain.isascii() else keys.fold(plain)


# --- protection ------------------------------------------------------------------------------------------

_QUOTED = re.compile(r'(?<![^\s([{:,;>])"[^"\n]*"(?!\w)')


def protected(text: str) -> tuple[Span, ...]:
    """Find what "quotes" protect; a quote sign without its pair in the same line, or inside a word (15"), is text."""
    return tuple(Span(start=m.start(), end=m.end()) for m in _QUOTED.finditer(text)) if '"' in text else ()


# --- commands and references -----------------------------------------------------------------------------

_DASHES = "-\u2010-\u2015\u2212"
_REF = re.compile(rf"/?([PCDIFMLSA])(?: ?[{_DASHES}] ?| )?([0-9]{{1,12}})", re.IGNORECASE | re.ASCII)
_END_OF_REF = re.compile(r"(?![\w@]|[.,:][0-9]|[-/]\w)")


def split_command(text: str) -> tuple[str, str]:
    """Split off the first word, without a leading slash; the rest comes without the spaces around it."""
    first, *rest = text.strip().split(None, 1) or [""]
    return first.removeprefix("/"), rest[0] if rest else ""


def ref(text: str) -> str | None:
    """Read a whole text as a reference: P-12, d57, D 57, /d57 give "P-12", "D-57"."""
    match = _REF.fullmatch(text.strip())
    return _canonical(match) if match else None


def ref_prefix(text: str, start: int = 0) -> tuple[str, int] | None:
    """Read the reference that starts here, and say where it ends."""
    match = _REF.match(text, start)
    if match is None or not _END_OF_REF.match(text, match.end()):
        return None
    return _canonical(match), match.end()


def _canonical(match: re.Match[str]) -> str:
    return f"{match[1].upper()}-{int(match[2])}"
