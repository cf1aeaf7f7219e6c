"""Companies in the head of a line: after a comma, in brackets, after "from", or alone with a marker."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.grammar import kinds, names, tokens, vocabulary
from handlers.grammar.atoms import Page
from handlers.grammar.names import Name, Stop
from handlers.grammar.slots import Slots
from handlers.grammar.tokens import Word

__all__ = [
    "LEGAL",
    "after_comma",
    "after_word",
    "in_brackets",
    "is_anybody",
    "is_known",
    "is_marked",
    "is_marker",
    "is_person",
    "named",
    "with_legal_suffix",
]

Found = tuple[str, int]  # the company, and where it ends

_CLOSED = frozenset({Stop.END, Stop.CLOSER, Stop.DATE, Stop.ATTEMPT})
_MOST_CAPITALISED = 4
_MOST_WORDS = 5
_MOST_ASKED = 4
_MOST_BEFORE_PROSE = 2
_MOST_IN_SMALL_BRACKETS = 3
_MOST_IN_TITLE = 5
_MOST_IN_DEPARTMENT = 3
_CONNECTORS = frozenset({"&", "and", "e", "y", "de", "da", "do", "das", "dos", "del", "of", "la", "las", "los"})
_SOCIETIES = frozenset({"SA", "S.A.", "S.A", "S/A", "s.a.", "s/a", "S.A.S.", "SAS", "S.L.", "SL", "S.R.L.", "SRL"})
LEGAL = frozenset({"inc", "ltd", "ltda", "llc", "llp", "gmbh", "co", "corp", "plc", "ag", "eireli", "me", "cia"})


def is_marked(words: Sequence[Word]) -> bool:
    """Whether a word of the closed list tells that this is a company."""
    return any(is_marker(word) for word in words)


def is_marker(word: Word) -> bool:
    """Whether this word alone tells it."""
    # "Sá" is a Portuguese surname: only the spelling in capitals or with dots is S.A.
    return word.key in vocabulary.MARKERS or word.raw in _SOCIETIES


def is_known(page: Page, name: str) -> bool:
    return len(name) <= names.LONGEST and page.lexicon.knows_company(name)


def is_anybody(page: Page, name: str) -> bool:
    """Whether a person or a company has exactly this name."""
    return len(name) <= names.LONGEST and (page.lexicon.knows_person(name) or page.lexicon.knows_company(name))


def is_person(page: Page, name: Name) -> bool:
    """Whether this is somebody known, as the second name of "Ana, Bob and Carla"."""
    if not name.words or not name.has_capitals or not names.can_start(name.words[0]):
        return False
    text = page.text[name.span.start : name.end]
    return len(text) <= names.LONGEST and page.lexicon.knows_person(text) and not page.lexicon.knows_company(text)


def after_comma(page: Page, slots: Slots, at: int) -> Found | None:
    """Read a company after the first comma: known, marked, or at most four capitalised words that something closes."""
    found = names.segment(page, slots, _after_joint(page, slots, at))
    if beyond := _beyond_title(found.words):
        at = found.words[beyond].start
        found = replace(found, words=found.words[beyond:], has_capitals=names.has_capital(found.words[beyond].raw))
    elif found.words and _is_only_title(found.words):
        return None
    if not found.words or not _may_start(found.words) or is_person(page, names.read(page, slots, at)):
        return None
    company = _known_prefix(page, found.words) or _marked(page, found) or _capitalised(page, slots, found)
    return with_legal_suffix(page, slots, company) if company else None


def _after_joint(page: Page, slots: Slots, at: int) -> int:
    """Step over the "da" of "Pedro, da Acme"."""
    joint = names.word_at(page, slots, at)
    if joint is None or not joint.raw.islower():
        return at
    return names.skip(page.text, joint.end) if _joins_company(joint) else at


def _beyond_title(said: Sequence[Word]) -> int:
    """Give how many words of "CEO of Umbrella", "Head of Sales at Acme" stand before the company."""
    joints = [
        place
        for place, word in enumerate(said[:-1])
        if word.raw.islower() and _joins_company(word) and any(map(_is_title, said[:place]))
    ]
    ahead = [place for place in joints if _may_be_company(said[place + 1 :])]
    # "at" tells the company from what somebody is the head of.
    surer = [place for place in ahead if said[place].key in vocabulary.COMPANY_JOINS - {"of"}]
    chosen = (surer or ahead)[:1]
    return chosen[0] + 1 if chosen and chosen[0] <= _MOST_IN_TITLE else 0


def _may_be_company(words: Sequence[Word]) -> bool:
    first = words[0]
    return (names.has_capital(first.raw) or is_marker(first)) and not _is_title(first)


def _is_title(word: Word) -> bool:
    return word.key in vocabulary.JOB_TITLES


def _is_only_title(said: Sequence[Word]) -> bool:
    return all(_is_title(word) or word.key in _CONNECTORS for word in said)


def in_brackets(page: Page, slots: Slots, at: int) -> Found | None:
    """Read `(Acme)` at text[at:]; `(the CFO)` is prose."""
    close = page.text.find(")", at, names.limit(page, slots, at))
    said = list(tokens.words(page.text, at + 1, close)) if close > 0 else []
    beyond = _beyond_title(said)
    said = said[beyond:]
    if not said or not _may_start(said) or len(said) > _MOST_WORDS or _is_only_title(said):
        return None
    if any(word.raw.endswith(",") for word in said[:-1]) and not is_marked(said[-1:]):
        return None  # (Acme, CFO)
    inner = page.text[said[0].start : close].strip()
    is_small = page.text[: page.end_of_first].islower() and len(said) <= _MOST_IN_SMALL_BRACKETS
    if _are_capitalised(said) or is_marked(said) or (is_small and not any(map(names.is_function, said))):
        return inner, close + 1
    return (inner, close + 1) if is_known(page, inner) else None


def after_word(page: Page, slots: Slots, at: int) -> Found | None:
    """Read `from Acme`; after `da`, `de`, `in` the company must be known."""
    if page.text.startswith("@ ", at):
        return named(page, slots, at + 2)
    joint = names.word_at(page, slots, at)
    if joint is None or (names.has_capital(joint.raw) and not page.is_shouted):
        return None
    start = names.skip(page.text, joint.end)
    if joint.key in vocabulary.COMPANY_JOINS:
        return named(page, slots, start)
    if joint.key in vocabulary.COMPANY_JOINS_IF_KNOWN:
        found = names.segment(page, slots, start)
        return _known_prefix(page, found.words) if found.words and names.can_start(found.words[0]) else None
    return None


def named(page: Page, slots: Slots, at: int) -> Found | None:
    """Read the company that "from" or "at" announced."""
    at = _beyond_department(page, slots, at)
    found = names.read(page, slots, at)
    if not found.words or not names.can_start(found.words[0]) or names.is_date(page, found.words[0]):
        return None
    if found.stop is Stop.JOIN:
        found = _with_join(page, slots, found)
    if not found.has_capitals and len(found.words) > 1 and found.stop not in {Stop.CLOSER, Stop.COMMA}:
        if known := _known_prefix(page, found.words):
            return known
        if len(found.words) > _MOST_BEFORE_PROSE:
            return None
    return with_legal_suffix(page, slots, _text(page, found.words))


def _beyond_department(page: Page, slots: Slots, at: int) -> int:
    """Step over the "accounting at" of "Tom from accounting at Globex"."""
    said = names.unbroken(page, slots, at)
    for place, word in enumerate(said[: _MOST_IN_DEPARTMENT + 1]):
        if names.has_capital(word.raw):
            return at
        if place and _joins_company(word):
            following = said[place + 1 : place + 2]
            is_company = bool(following) and names.has_capital(following[0].raw) and names.can_start(following[0])
            is_known_here = is_company and is_known(page, page.text[at : said[place - 1].end])
            return following[0].start if is_company and not is_known_here else at
    return at


def _joins_company(word: Word) -> bool:
    return word.key in vocabulary.COMPANY_JOINS or word.key in vocabulary.COMPANY_JOINS_IF_KNOWN


def _with_join(page: Page, slots: Slots, found: Name) -> Name:
    """Take `from Johnson and Johnson` whole if it is known, or marked: `from Silva e Filhos`."""
    whole = names.segment(page, slots, found.words[0].start)
    if is_marked(whole.words[-1:]) or is_known(page, _text(page, whole.words)[0]):
        return whole
    return found


def with_legal_suffix(page: Page, slots: Slots, found: Found) -> Found:
    """Take the `, Inc` of `Acme, Inc` along."""
    company, end = found
    at = names.skip(page.text, end)
    word = names.word_at(page, slots, names.skip(page.text, at + 1)) if page.text.startswith(",", at) else None
    if word is None or not (word.key in LEGAL or word.raw in _SOCIETIES):
        return found
    start = end - len(company)
    return page.text[start : word.end], word.end


def _may_start(words: Sequence[Word]) -> bool:
    first = words[0]
    return names.can_start(first) and vocabulary.PAST.find(words) is None and not kinds.starts_attempt(words)


def _known_prefix(page: Page, words: Sequence[Word]) -> Found | None:
    for count in range(min(len(words), _MOST_ASKED), 0, -1):
        company, end = _text(page, words[:count])
        if words[count - 1].key not in _CONNECTORS and is_known(page, company):
            return company, end
    return None


def _marked(page: Page, found: Name) -> Found | None:
    if not is_marked(found.words):
        return None
    if found.has_capitals:
        run = _capitalised_run(found.words)
        return _text(page, run) if is_marked(run) and len(run) <= _MOST_WORDS + 1 else None
    # In small letters only a separator tells "padaria sol: sem verba" from "restaurant booked".
    is_closed = found.stop is Stop.CLOSER or (found.stop is Stop.END and page.text[found.end : found.end + 1] == "\n")
    is_name = len(found.words) <= _MOST_CAPITALISED and not any(map(names.is_function, found.words))
    return _text(page, found.words) if is_closed and is_name else None


def _capitalised(page: Page, slots: Slots, found: Name) -> Found | None:
    text = _text(page, found.words)
    is_closed = found.stop in _CLOSED or with_legal_suffix(page, slots, text) != text
    if not is_closed or not _are_capitalised(found.words):
        return None
    count = sum(word.key not in _CONNECTORS and word.raw != "&" for word in found.words)
    return text if count <= _MOST_CAPITALISED else None


def _are_capitalised(words: Sequence[Word]) -> bool:
    return _capitalised_run(words) == list(words)


def _capitalised_run(words: Sequence[Word]) -> list[Word]:
    """Give the capitalised words at the start, with what joins them."""
    run: list[Word] = []
    for index, word in enumerate(words):
        is_joint = 0 < index < len(words) - 1 and (word.key in _CONNECTORS or word.raw == "&")
        is_number = index > 0 and word.raw.isdecimal()
        if not (names.has_capital(word.raw) or is_joint or is_number):
            break
        run.append(word)
    while run and not names.has_capital(run[-1].raw) and not run[-1].raw.isdecimal():
        run.pop()
    return run


def _text(page: Page, words: Sequence[Word]) -> Found:
    return page.text[words[0].start : words[-1].end], words[-1].end
