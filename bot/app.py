"""The composition root: settings -> database -> schema -> dispatcher -> channels -> scheduler -> web.

Each part runs by itself under `supervise()`; one stop ends them all, and gives what is in flight ten seconds.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Protocol, cast

from bot.platforms import console
from bot.settings import WEB_HOST, WEB_PORT, Settings
from bot.store import now, opened
from bot.supervise import Parts, supervise
from handlers import overview
from handlers.context import House
from handlers.dispatch import Dispatcher
from handlers.errors import CrmError, SettingsError
from handlers.message import Channel
from handlers.wording import Wording
from scheduler import ticks
from scheduler.clock import Clock, Tick
from scheduler.post import Post
from storage import defaults, inbox, leases, letters, members, schema
from storage.database import Database, Session
from storage.errors import StoreError
from storage.letters import Served
from storage.models import Member

__all__ = ["Patience", "Platform", "build", "chat", "run"]

log = logging.getLogger(__name__)

STOP_SECONDS = 10.0
GRACE_SECONDS = 8.0  # for the platforms' own stop, within the whole
Run = Callable[[], Awaitable[None]]
Recover = Callable[[], Awaitable[object]]
ChooseTicks = Callable[[Settings, Database, Post, Recover], list[Tick]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When what a process had in hand is taken for left behind: a message, and a letter on its way.

    Shorter than a platform may take for an answer, and people get things twice.
    """

    grace: timedelta = inbox.GRACE
    lease: timedelta = letters.LEASE


class Platform(Channel, Protocol):
    """A channel that needs a token, and can try it."""

    async def check(self) -> str:
        """Return who we are there; raises DeliveryError, or SettingsError."""


def house(settings: Settings) -> House:
    return House(
        language=settings.language, zone=settings.timezone, country=settings.country, currency=settings.currency
    )


# The platforms -------------------------------------------------------------------------------------------------------


def build(settings: Settings, only: str | None) -> list[Platform]:
    """Make the channels that this process hears or speaks through; each SDK is imported only if its token is set."""
    found: list[Platform] = []
    if settings.telegram_token is not None and only != "web":
        found.append(_telegram(settings))
    if settings.slack_bot_token is not None and _has_slack(settings, only):
        found.append(_slack(settings, only))
    return found


def _has_slack(settings: Settings, only: str | None) -> bool:
    """Whether this process can do its part of Slack: a socket is polled, requests are served."""
    needed = {"bot": settings.slack_app_token, "web": settings.slack_signing_secret}
    return only not in needed or needed[only] is not None


def _telegram(settings: Settings) -> Platform:
    from bot.platforms.telegram import Patience, Telegram

    assert settings.telegram_token is not None  # noqa: S101 - for the type checker: build() has looked
    return Telegram(
        settings.telegram_token.reveal(),
        api_url=settings.telegram_api_url,
        company_language=settings.language,
        menu=overview.menu(),
        patience=Patience(stop=GRACE_SECONDS),
    )


def _slack(settings: Settings, only: str | None) -> Platform:
    from bot.platforms.slack import Slack

    def secret(name: str) -> str | None:
        value = getattr(settings, name)
        return None if value is None else str(value.reveal())

    slack = Slack(
        secret("slack_bot_token") or "",
        app_token=secret("slack_app_token") if only != "web" else None,
        signing_secret=secret("slack_signing_secret") if only != "bot" else None,
        api_url=settings.slack_api_url,
        language=settings.language,
        is_line=overview.reads_as_line,
        grace=GRACE_SECONDS,
    )
    return cast("Platform", slack)  # its routes are a property, which no protocol with a plain attribute admits


# recado run ----------------------------------------------------------------------------------------------------------


async def run(settings: Settings, only: str | None, *, patience: Patience = Patience()) -> None:
    """Run everything that is configured, or one part of it, until told to stop."""
    if not settings.has_platform:
        raise SettingsError(
            "RECADO_TELEGRAM_TOKEN",
            "no platform is configured, and there is no terminal to talk in.",
            "Set it (or RECADO_SLACK_BOT_TOKEN), or run `recado chat`.",
        )
    async with opened(settings, "run", alone=True) as store:
        channels = build(settings, only)
        if not channels:
            raise _nothing_to_do(only)
        try:
            await _run(settings, store.database, channels, only, patience)
        finally:
            await asyncio.gather(*(channel.close() for channel in channels))


def _nothing_to_do(only: str | None) -> SettingsError:
    setting = {"bot": "RECADO_SLACK_APP_TOKEN", "web": "RECADO_SLACK_SIGNING_SECRET"}.get(only or "", "")
    return SettingsError(
        setting, f"it is not set, so `--only {only}` has nothing to do.", "Set it, or leave --only out."
    )


async def _run(
    settings: Settings, database: Database, channels: Sequence[Channel], only: str | None, patience: Patience
) -> None:
    # Who holds the lock of a SQLite file knows that whatever stands open in its inbox belongs to nobody alive.
    alone_since = now() if database.path is not None else None
    dispatcher = Dispatcher(database, house(settings), grace=patience.grace, alone_since=alone_since)
    recover = partial(dispatcher.recover, [channel.name for channel in channels])
    jobs = _hearing(dispatcher, channels) if only != "scheduler" else {}
    if only in {None, "scheduler"}:
        served: dict[Served, Channel] = {Served(platform=channel.name): channel for channel in channels}
        post = Post(database, served, lease=patience.lease)
        own = _all_ticks(settings, database, post, None if only else recover)
        jobs |= {"post": post.run, "clock": Clock(own).run}
    else:
        jobs["clock"] = Clock([_inbox(recover)]).run
    parts = Parts()
    address = settings.web or ((WEB_HOST, WEB_PORT) if only == "web" else None)
    if address is not None and only in {None, "web"}:
        jobs["web"] = partial(_serve, address, channels, database, parts)
    await _until_stopped({name: partial(supervise, parts.named(name), job) for name, job in jobs.items()})


def _hearing(dispatcher: Dispatcher, channels: Sequence[Channel]) -> dict[str, Run]:
    return {channel.name: partial(channel.run, dispatcher.receive, dispatcher.answer) for channel in channels}


def _all_ticks(settings: Settings, database: Database, post: Post, recover: Recover | None) -> list[Tick]:
    return ticks.all_ticks(database, post, now, holder=_holder(), country=settings.country, recover=recover)


def _console_ticks(settings: Settings, database: Database, post: Post, recover: Recover) -> list[Tick]:
    """What a console needs that may have the store to itself: nudges and housekeeping are for `run`."""
    return [ticks.due_scan(database, post, now), _inbox(recover)]


def _inbox(recover: Recover) -> Tick:
    """Take up what another process left behind, where the scheduler runs elsewhere."""
    return Tick(name="inbox", every=ticks.BEAT, body=recover)


async def _serve(address: tuple[str, int], channels: Sequence[Channel], database: Database, parts: Parts) -> None:
    from web import server

    async def ready() -> dict[str, str]:
        wrong = {part.name: part.last_error for part in parts if not part.is_well}
        try:
            await database.read(schema.version)
        except CrmError as error:
            wrong["database"] = str(error)
        return wrong

    _check_host(address[0])
    await server.serve(*address, [route for channel in channels for route in channel.routes], ready)


def _check_host(host: str) -> None:
    """Any free port will do for this: what fails now is the host's fault, and no other setting is to be blamed."""
    try:
        socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(
            "RECADO_WEB_HOST",
            f"“{host}” is no address of this machine ({reason}).",
            "Write 127.0.0.1 behind a proxy on this machine, 0.0.0.0 to be reached from outside.",
        ) from error


def _holder() -> str:
    """Name this process, wherever it runs."""
    return f"{socket.gethostname()}:{os.getpid()}"


# recado chat ---------------------------------------------------------------------------------------------------------


async def chat(settings: Settings, name: str | None = None, *, as_json: bool = False, command: str = "chat") -> None:
    """Talk as one member at this terminal, or let a script do it, until there is no more input."""
    async with opened(settings, command, alone=command == "run") as store:
        member = await store.database.write(partial(_speaker, name=name))
        clock = _all_ticks if command == "run" else _console_ticks
        await _converse(settings, store.database, member, clock, as_json=as_json)


def _speaker(session: Session, name: str | None) -> Member:
    """Return the member who speaks, reachable at the console from now on; raises SettingsError with the names."""
    member = members.named(session, name or defaults.FIRST_MEMBER)
    if member is None or not member.is_active:
        known = ", ".join(members.names(session))
        raise SettingsError("--as", f"there is no member “{name or defaults.FIRST_MEMBER}”.", f"There are: {known}.")
    members.link(session, member, console.NAME, console.ACCOUNT, str(member.id), str(member.id), now())
    return member


async def _converse(
    settings: Settings, database: Database, member: Member, choose: ChooseTicks, *, as_json: bool
) -> None:
    is_interactive = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    lines = console.typed(settings.data_folder / "history") if is_interactive else console.script()
    channel = console.Console(
        member_id=member.id,
        member=member.name,
        lines=lines,
        show=console.as_json if as_json else console.as_text,
        put=console.put_above if is_interactive else console.put,
        answers_all=not is_interactive,
        gettext=Wording.of(member, now()).gettext,
    )
    if is_interactive:
        console.greet(Wording.of(member, now()))
    hearing = _hearing(Dispatcher(database, house(settings)), [channel])
    # What goes on behind the prompt has connections of its own: where somebody holds the lock of the file, a line that
    # is typed waits its own five seconds, not those of everybody in the queue.
    behind = Database(settings.database_url.reveal())
    try:
        await behind.measure_clock()
        own = Served(platform=console.NAME, account=console.ACCOUNT, member_id=member.id)
        post = Post(behind, {own: channel})
        recover = partial(Dispatcher(behind, house(settings)).recover, [console.NAME])
        jobs: dict[str, Run] = {
            "post": post.run,
            "clock": Clock(choose(settings, behind, post, recover)).run,
            "presence": partial(_be_present, behind, member.id),
        }
        parts = Parts()
        kept = {name: partial(supervise, parts.named(name), job) for name, job in jobs.items()}
        await _until_stopped({**hearing, **kept})
    finally:
        await behind.close()


async def _be_present(database: Database, member_id: int) -> None:
    """Say that this member's console is open, so that letters may come to it; take it back in the end."""
    name, holder = leases.console(member_id), _holder()
    try:
        while True:
            try:
                await database.write(lambda session: leases.take(session, name, holder, database.now()))
            except StoreError as error:
                log.warning("nobody knows that this console is open (%s); trying again", error)
            await asyncio.sleep(leases.RENEW.total_seconds())
    finally:
        with suppress(StoreError):  # it lapses by itself, only later
            await database.write(lambda session: leases.release(session, name, holder))


# Stopping ------------------------------------------------------------------------------------------------------------


async def _until_stopped(jobs: Mapping[str, Run]) -> None:
    """Run all jobs until the first one ends, or a signal comes; then stop the others, each finishing its work."""
    stop = asyncio.ensure_future(_stop_event().wait())
    tasks = [asyncio.ensure_future(job()) for job in jobs.values()]
    try:
        done, _ = await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _cancel([*tasks, stop])
    for task in done:
        task.result()


def _stop_event() -> asyncio.Event:
    """Return what Ctrl-C and SIGTERM set from now on."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told


async def _cancel(tasks: Sequence[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    if late:
        log.warning("%d parts did not stop within %d s", len(late), STOP_SECONDS)
