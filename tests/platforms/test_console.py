"""The console channel by itself: what it reads, what it shows, and that it finishes what it began."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from bot.platforms import console
from handlers.message import Address, Button, Deliver, Message, Reply, Table
from storage.errors import StoreBusy, StoreUnreachable

CARD = Reply(
    text="✓ Met Ana Souza (new) · I-1\n“hi”",
    facts={"interaction": "I-1"},
    table=Table(columns=("ref", "name"), rows=(("P-1", "Ana"),)),
    buttons=(Button(label="Undo", command="undo I-1"), Button(label="1 h", command="snooze F-1 1h")),
    refs=("I-1", "P-1"),
)


class Desk:
    """Stores messages in a list, and answers each with the next of these."""

    def __init__(self, *answers: Reply | Exception | None) -> None:
        self.answers = list(answers)
        self.messages: list[Message] = []

    async def receive(self, messages: Sequence[Message]) -> list[int | None]:
        self.messages += messages
        return [len(self.messages)]

    async def answer(self, inbox_id: int, deliver: Deliver) -> None:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            await deliver(answer)


async def lines(*typed: str) -> AsyncIterator[str]:
    for line in typed:
        yield line


def terminal(*typed: str, show: console.Show = console.as_text, answers_all: bool = False) -> console.Console:
    return console.Console(
        member_id=7, member="Carla", lines=lines(*typed), show=show, put=console.put, answers_all=answers_all
    )


async def test_a_line_is_a_private_message_of_the_member() -> None:
    desk = Desk(CARD, CARD)
    await terminal("met Ana: hi", "  find ana ").run(desk.receive, desk.answer)
    first, second = desk.messages
    assert (first.text, second.text) == ("met Ana: hi", "  find ana ")
    assert (first.sender.user, first.sender.name, first.is_private) == ("7", "Carla", True)
    assert first.address == Address(platform="console", account="local", chat="7")
    assert first.id != second.id
    assert abs((datetime.now(UTC) - first.at).total_seconds()) < 60


async def test_people_see_text_and_labels(capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(CARD)
    await terminal("met Ana: hi").run(desk.receive, desk.answer)
    assert capsys.readouterr().out == "✓ Met Ana Souza (new) · I-1\n“hi”\n[Undo] [1 h]\n\n"


async def test_programs_see_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(CARD)
    await terminal("met Ana: hi", show=console.as_json).run(desk.receive, desk.answer)
    assert json.loads(capsys.readouterr().out) == {
        "kind": "reply",
        "ok": True,
        "text": CARD.text,
        "facts": {"interaction": "I-1"},
        "table": {"columns": ["ref", "name"], "rows": [["P-1", "Ana"]]},
        "buttons": [{"label": "Undo", "command": "undo I-1"}, {"label": "1 h", "command": "snooze F-1 1h"}],
        "refs": ["I-1", "P-1"],
    }


async def test_a_push_is_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    channel = terminal(show=console.as_json)
    sent = await channel.send(channel.address, Reply(text="⏰ Call back"), letter=3)
    shown = json.loads(capsys.readouterr().out)
    assert (shown["kind"], shown["text"], shown["table"]) == ("push", "⏰ Call back", None)
    assert sent is not None
    assert sent.address == channel.address


async def test_silence_is_silence_for_people_and_an_empty_reply_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(None, None)
    await terminal("thanks").run(desk.receive, desk.answer)
    assert capsys.readouterr().out == ""
    await terminal("thanks", show=console.as_json, answers_all=True).run(desk.receive, desk.answer)
    assert json.loads(capsys.readouterr().out)["text"] == ""


async def test_what_goes_wrong_is_said_and_the_next_line_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(StoreUnreachable("The database does not answer."), ValueError("boom"), CARD)
    await terminal("one", "two", "three", show=console.as_json).run(desk.receive, desk.answer)
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["ok"], first["text"]) == (True, "Saved; the answer follows when the database can be reached again.")
    assert not second["ok"]
    assert "incident" in second["text"]
    assert "boom" not in second["text"]
    assert third["ok"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (StoreBusy("locked"), "Not saved: another program keeps the database locked. Your line, to be sent again"),
        (StoreUnreachable("gone"), "Not saved: the database does not answer. Your line, to be sent again"),
        (OSError("odd"), "Not saved: something broke on our side (incident "),
    ],
)
async def test_a_line_that_is_not_saved_is_given_back(
    capsys: pytest.CaptureFixture[str], fault: Exception, told: str
) -> None:
    class Full(Desk):
        async def receive(self, messages: Sequence[Message]) -> list[int | None]:
            if messages[0].text == "one":
                raise fault
            return await super().receive(messages)

    desk = Full(CARD)
    await terminal("one", "two", show=console.as_json, answers_all=True).run(desk.receive, desk.answer)
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert not first["ok"]
    assert first["text"].startswith(told)
    assert first["text"].endswith("\none")
    assert second["ok"]


async def test_a_line_that_an_earlier_try_has_stored_is_not_called_lost(capsys: pytest.CaptureFixture[str]) -> None:
    class Stored(Desk):
        async def receive(self, messages: Sequence[Message]) -> list[int | None]:
            return [None]

    desk = Stored()
    await terminal("one").run(desk.receive, desk.answer)
    assert capsys.readouterr().out.startswith("Saved; the answer follows")


async def test_what_was_begun_is_finished_when_it_is_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    began, may_go_on = asyncio.Event(), asyncio.Event()

    class Slow(Desk):
        async def answer(self, inbox_id: int, deliver: Deliver) -> None:
            began.set()
            await may_go_on.wait()
            await super().answer(inbox_id, deliver)

    desk = Slow(CARD)
    running = asyncio.create_task(terminal("one", "two").run(desk.receive, desk.answer))
    await began.wait()
    running.cancel()
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert "Met Ana" in capsys.readouterr().out
    assert len(desk.messages) == 1


@pytest.mark.parametrize(
    ("evil", "shown"),
    [
        ("Ana\x1b[2J", "Ana[2J"),
        ("Ana\x07\x9b31m", "Ana31m"),
        ("Ana\u202egpj.exe", "Anagpj.exe"),
        ("Ana\u2066x\u2069", "Anax"),
        ("Ana\r\nBob\tEva", "Ana\nBob\tEva"),
        ("José 🙂 שלום", "José 🙂 שלום"),
    ],
)
def test_nothing_that_is_shown_steers_the_terminal(evil: str, shown: str) -> None:
    assert console.harmless(evil) == shown


@pytest.mark.parametrize(
    ("piped", "read"),
    [
        (b"", []),
        (b"one\ntwo\n", ["one", "two"]),
        (b"one\r\n\r\ntwo", ["one", "", "two"]),
        (b"\n\n", ["", ""]),
        ("olá é".encode() + b"\n\xff\n", ["olá é", "\ufffd"]),
        (b"x" * 200_000 + b"\ny\n", ["x" * 200_000, "y"]),
        (b"l\n" * 500, ["l"] * 500),
    ],
)
async def test_a_pipe_is_read_line_by_line(piped: bytes, read: list[str]) -> None:
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as end:
            end.write(piped)

    feeding = asyncio.create_task(asyncio.to_thread(write))
    assert [line async for line in console.script(reading)] == read
    await feeding
    os.close(reading)
