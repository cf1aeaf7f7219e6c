"""The terminal: lines are typed or piped in, replies and pushes are printed.

Piped in, it is a script: one line in, one reply out. With `as_json` each reply and each push is one JSON object a line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import sys
import threading
import unicodedata
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.output import OutputError, printing
from handlers.message import Address, Answer, Message, Receive, Reply, Route, Sender, Sent
from handlers.wording import Wording
from storage.errors import StoreBusy, StoreError

__all__ = ["ACCOUNT", "NAME", "Console", "as_json", "as_text", "greet", "put", "put_above", "script", "typed"]

log = logging.getLogger(__name__)

NAME = "console"
ACCOUNT = "local"
PROMPT = "> "
CHUNK = 65536
WAITING_LINES = 100
# What a terminal, or a reader, takes for an order: colours, cursor movements, text that runs the other way.
ORDERS = frozenset({"Cc", "Cs"}) | frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KEPT = "\n\t"

Show = Callable[[str, Reply], str]
Put = Callable[[str], Awaitable[None]]
GetText = Callable[[str], str]


class Console:
    """One member at one terminal.

    lines: what is typed, each without its end; the channel ends with it. show: renders a reply or a push.
    put: brings a text onto the screen. answers_all: a script that counts replies gets an empty one for what needs none
    (`thanks`). gettext: says in the member's language what went wrong here.
    """

    name = NAME
    routes: Sequence[Route] = ()

    def __init__(
        self,
        *,
        member_id: int,
        member: str,
        lines: AsyncIterator[str],
        show: Show,
        put: Put,
        answers_all: bool = False,
        gettext: GetText = str,
    ) -> None:
        self._sender = Sender(user=str(member_id), name=member)
        self.address = Address(platform=NAME, account=ACCOUNT, chat=str(member_id))
        self._lines = lines
        self._show = show
        self._put = put
        self._answers_all = answers_all
        self._gettext = gettext
        self._said = 0

    async def run(self, receive: Receive, answer: Answer) -> None:
        """Take in lines until there are no more, or until cancelled: a line that was begun is finished first."""
        async for line in self._lines:
            handling = asyncio.create_task(self._handle(line, receive, answer))
            try:
                await asyncio.shield(handling)
            except asyncio.CancelledError:
                await handling
                raise

    async def send(
        self, address: Address, reply: Reply, *, letter: int | None = None, repeat: bool = False
    ) -> Sent | None:
        """Show a push; what has been shown twice needs no label here, the first one stands above it."""
        await self._print("push", reply)
        return self._sent(address)

    async def edit(self, sent: Sent, reply: Reply) -> None:
        """What is printed stays."""

    async def find(self, address: Address, letter: int, since: datetime) -> Sent | None:
        return None

    async def check(self) -> str:
        return "this terminal"

    async def close(self) -> None:
        return

    async def _handle(self, line: str, receive: Receive, answer: Answer) -> None:
        """Whatever happens, whoever typed is told whether the line is safe, and can go on typing."""
        said, is_saved = self._said, False
        try:
            [inbox_id] = await receive([self._message(line)])
            is_saved = True
            if inbox_id is None:  # an earlier try did store it, but lost its connection before it heard so
                await self._print("reply", self._follows())
            else:
                await answer(inbox_id, self._deliver)
        except (BrokenPipeError, OutputError):  # nobody reads what we print: the end of this console
            raise
        except Exception as error:  # the edge: a fault costs one answer, not the console
            reply = self._failure(error, None if is_saved else line)
            if self._said == said:  # else the answer was shown, and only the note that it was is missing
                await self._print("reply", reply)
        if self._answers_all and self._said == said:
            await self._print("reply", Reply(text=""))

    def _failure(self, error: Exception, lost: str | None) -> Reply:
        """Say what went wrong with a line; `lost`: the line, if it is not in the store."""
        _ = self._gettext
        if not isinstance(error, StoreError):
            code = secrets.token_hex(4)
            log.error("incident %s: a line could not be handled", code, exc_info=error)
            if lost is None:
                text = _("Saved, but something broke on our side (incident {code}). The answer follows.")
            else:
                text = _("Not saved: something broke on our side (incident {code}). Your line, to be sent again:")
            return _told(text.format(code=code), lost)
        log.warning("a line is %s: %s", "saved, but not answered yet" if lost is None else "not saved", error)
        if lost is None:
            return self._follows()
        if isinstance(error, StoreBusy):
            text = _("Not saved: another program keeps the database locked. Your line, to be sent again after that:")
        else:
            text = _("Not saved: the database does not answer. Your line, to be sent again when it is back:")
        return _told(text, lost)

    def _follows(self) -> Reply:
        """What is stored is applied by whoever recovers next, and its answer is a push."""
        _ = self._gettext
        return Reply(text=_("Saved; the answer follows when the database can be reached again."))

    async def _deliver(self, reply: Reply) -> Sent | None:
        await self._print("reply", reply)
        return self._sent(self.address)

    def _message(self, line: str) -> Message:
        key = str(uuid.uuid4())
        return Message(
            id=key, message_id=key, sender=self._sender, address=self.address, at=datetime.now(UTC), text=line
        )

    def _sent(self, address: Address) -> Sent:
        return Sent(address=address, message_id=str(uuid.uuid4()))

    async def _print(self, kind: str, reply: Reply) -> None:
        self._said += kind == "reply"
        await self._put(self._show(kind, reply))


def _told(text: str, lost: str | None) -> Reply:
    return Reply(text=text if lost is None else f"{text}\n{lost}", is_error=True)


EXAMPLE = "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !20s send quote"


def greet(wording: Wording) -> None:
    """Print the three lines that a newcomer reads, and the line to try."""
    _ = wording.gettext
    print(_("Recado remembers your customers and brings every follow-up back on time, right here."))
    print(_("Text what happened as you would text a colleague. See also: today, pipe, find acme, undo, help"))
    print(_("Ctrl-D ends. Try this line:"))
    print(f"  {EXAMPLE}\n", flush=True)


# What is shown ---------------------------------------------------------------------------------------------------


def as_text(kind: str, reply: Reply) -> str:
    """Return the text, its buttons as labels to type, and an empty line."""
    labels = " ".join(f"[{button.label}]" for button in reply.buttons)
    return harmless("\n".join(filter(None, (reply.text, labels)))) + "\n"


def as_json(kind: str, reply: Reply) -> str:
    """Return one line for a program; `kind` is reply or push."""
    table = reply.table
    shown: dict[str, Any] = {
        "kind": kind,
        "ok": not reply.is_error,
        "text": reply.text,
        "facts": dict(reply.facts),
        "table": None if table is None else {"columns": list(table.columns), "rows": [list(row) for row in table.rows]},
        "buttons": [{"label": button.label, "command": button.command} for button in reply.buttons],
        "refs": list(reply.refs),
    }
    return json.dumps(shown, ensure_ascii=False)


def harmless(text: str) -> str:
    """Return the text without what would steer the terminal: a contact may be named anything."""
    return "".join(char for char in text if char in KEPT or not {char, unicodedata.category(char)} & ORDERS)


# What is typed ---------------------------------------------------------------------------------------------------


async def script(descriptor: int = 0) -> AsyncIterator[str]:
    """Yield the lines of a pipe.

    A daemon thread reads it, so that pushes are shown while it waits, and nobody waits for it in the end. It reads
    the bare descriptor: `sys.stdin` has a lock that must be free when the interpreter ends.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_LINES)

    def put(line: bytes | None) -> None:
        asyncio.run_coroutine_threadsafe(queue.put(line), loop).result()

    def read() -> None:
        # The program may end while lines are still coming.
        with suppress(RuntimeError, CancelledError):
            for line in _lines(descriptor):
                put(line)
            put(None)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line.removesuffix(b"\r").decode("utf-8", "replace")


def _lines(descriptor: int) -> Iterator[bytes]:
    rest = b""
    while chunk := os.read(descriptor, CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


async def typed(history: Path) -> AsyncIterator[str]:
    """Yield what a person types, with what they typed on other days at hand, until Ctrl-D or Ctrl-C.

    As in a shell, Ctrl-C takes back a line that was begun; only on an empty one it ends.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.output.vt100 import Vt100_Output

    # Never ask the terminal where its cursor is: one that does not answer would get a warning in the middle of it.
    output = Vt100_Output.from_pty(sys.stdout)
    output.enable_cpr = False
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)), reserve_space_for_menu=0, output=output
    )
    while True:
        try:
            line = await session.prompt_async(PROMPT)
        except EOFError:
            return
        except KeyboardInterrupt:
            if session.default_buffer.text:
                continue
            return
        if line.strip():
            yield line


async def put(text: str) -> None:
    """Print to a pipe, or to a terminal at which nobody types."""
    with printing():
        print(text, flush=True)


async def put_above(text: str) -> None:
    """Print above the line that is being typed, if one is, and draw that again.

    Not by prompt_toolkit's `patch_stdout`: its thread may print just after the next prompt was drawn, over it.
    """
    from prompt_toolkit.application import run_in_terminal

    await run_in_terminal(lambda: print(text, flush=True))
