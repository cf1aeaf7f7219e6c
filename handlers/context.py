"""What a command has at hand while it answers one message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from typing import Literal, cast

from handlers.grammar.dates import Clock, Language
from handlers.grammar.lexicon import Lexicon, StageName
from handlers.message import Message
from handlers.wording import Wording
from storage import changes, deals, members, records
from storage.database import Session
from storage.models import Member, Operation, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the settings say about the company: the defaults of people who have not said otherwise."""

    language: str = "en"
    zone: str = "UTC"
    country: str | None = None
    currency: str = "USD"


class Members(Mapping[str, int]):
    """The names after an `@`, read from the store only when a line has one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def _keys(self) -> Mapping[str, int]:
        return members.keys(self._session)

    def __getitem__(self, key: str) -> int:
        return self._keys[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


@dataclass(kw_only=True)
class Context:
    """One message being answered: who asks, in which transaction, at which moment (aware UTC).

    The clock is read once per message. `about` are the refs of the card that is replied to or pressed;
    `text` is the line as it is being read (an answer to a question makes another line of it). `operation` is what it
    wrote, once it has. `touched_at` is when the line's touch happened: what the line makes is touched from the start.
    """

    message: Message
    member: Member
    session: Session
    now: datetime
    house: House
    inbox_id: int | None = None
    about: tuple[str, ...] = ()
    text: str = ""
    operation: Operation | None = None
    answered: int | None = None  # the draft whose question this line answers
    touched_at: datetime | None = None
    _stages: list[Stage] = field(default_factory=list)
    _named: dict[str, records.Named] = field(default_factory=dict)

    @cached_property
    def wording(self) -> Wording:
        return Wording.of(self.member, self.now)

    def gettext(self, message: str) -> str:
        return self.wording.gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.wording.ngettext(one, many, count)

    @property
    def language(self) -> Language:
        return cast("Language", self.member.language)

    @property
    def platform(self) -> str:
        return self.message.address.platform

    @cached_property
    def author(self) -> changes.Author:
        return changes.Author(
            member_id=self.member.id, platform=self.platform, chat=self.message.address.chat, at=self.now
        )

    @property
    def region(self) -> str | None:
        """The country by which phones without a prefix are read."""
        return self.house.country

    @property
    def dollar(self) -> str:
        """What `$` means here."""
        return self.house.currency if self.house.currency in DOLLARS else "USD"

    @property
    def stages(self) -> list[Stage]:
        """Every stage, in the order of the funnel; read once."""
        if not self._stages:
            self._stages = deals.stages(self.session)
        return self._stages

    def named(self, name: str) -> records.Named:
        """Return who bears a name; asked once, for parser and log both want to know.

        Whoever makes one adds it to the list.
        """
        if name not in self._named:
            self._named[name] = records.named(self.session, name, self.member.id)
        return self._named[name]

    def stage(self, stage_id: int) -> Stage:
        return next(stage for stage in self.stages if stage.id == stage_id)

    def stage_name(self, stage_id: int) -> str:
        """Return a stage's name in the member's language."""
        stage = self.stage(stage_id)
        return stage.names.get(self.member.language, stage.name)

    @cached_property
    def clock(self) -> Clock:
        """By which dates are read: the event's time, so that a line that waited means what it meant when typed."""
        member = self.member
        return Clock(
            now=self.message.at,
            zone=member.zone,
            language=self.language,
            country=self.house.country,
            default_time=time.fromisoformat(member.default_time),
            quiet_start=time.fromisoformat(member.quiet_start),
            quiet_end=time.fromisoformat(member.quiet_end),
            quiet_days=frozenset(member.quiet_days),
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the line parser may know of the company."""
        return Lexicon(
            clock=self.clock,
            dollar=self.dollar,
            region=self.region,
            stages=tuple(map(_stage_name, self.stages)),
            members=Members(self.session),
            fields=frozenset(),
            knows_person=lambda name: bool(self.named(name).contacts or self.named(name).aliased),
            knows_company=lambda name: bool(self.named(name).companies),
        )


DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP"})


def _stage_name(stage: Stage) -> StageName:
    return StageName(
        id=stage.id,
        pipeline_id=stage.pipeline_id,
        name=stage.name,
        names=tuple(dict.fromkeys((stage.name, *stage.names.values()))),
        outcome=cast("Literal['open', 'won', 'lost']", stage.outcome),
    )
