"""Scripts and programs that talk to Recado through a pipe."""

import json
import os
import signal
import sqlite3
import time

import pytest

from tests.bot.conftest import Recado

LINE = "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !tomorrow 10h send quote"


def test_one_line_makes_one_of_each_and_undo_takes_them_back(on_both: Recado) -> None:
    met, found = on_both.chat(LINE, "find acme")
    assert met["ok"]
    assert met["text"].startswith("✓ Met Ana Souza (new), Acme (new) · I-1\n“wants 40 seats” #hot")
    assert met["refs"] == ["I-1", "P-1", "C-1", "D-1", "F-1"]
    assert {"label": "Undo", "command": "undo I-1"} in met["buttons"]
    assert "Acme" in found["text"]
    document = on_both.export()
    [contact], [company], [deal] = document["contacts"], document["companies"], document["deals"]
    [interaction], [reminder] = document["interactions"], document["reminders"]
    assert (contact["ref"], contact["name"], contact["company"], contact["tags"]) == (
        "P-1",
        "Ana Souza",
        "C-1",
        ["hot"],
    )
    assert company["name"] == "Acme"
    assert (deal["stage"], deal["status"], deal["value"]) == ("Proposal", "open", {"minor": 1200000, "currency": "USD"})
    assert deal["next_step"] == reminder["ref"] == "F-1"
    assert (interaction["kind"], interaction["text"], interaction["contact"]) == ("meeting", "wants 40 seats", "P-1")
    assert reminder["due_local"].endswith("T10:00:00")
    assert (reminder["title"], reminder["zone"], reminder["state"]) == ("send quote", "America/Sao_Paulo", "scheduled")

    [undone] = on_both.chat("undo")
    assert undone["ok"]
    document = on_both.export()
    assert [document[name] for name in ("contacts", "companies", "deals", "interactions", "reminders")] == [[]] * 5
    assert document["changes"]


def test_each_reply_is_one_object_with_the_fixed_keys(recado: Recado) -> None:
    for reply in recado.chat("help", LINE, "find acme", "fnd acme", "", "thanks"):
        assert list(reply) == ["kind", "ok", "text", "facts", "table", "buttons", "refs"]
        assert all(isinstance(value, str) for value in reply["facts"].values())
        assert reply["table"] is None or list(reply["table"]) == ["columns", "rows"]
        assert all(list(button) == ["label", "command"] for button in reply["buttons"])


ODD = (
    "",
    " ",
    "thanks",
    "x" * 8001,
    "met\0Ana",
    "met Ana \x1b[31m",
    "met \u202eanA",
    "met <!channel> <b>Bold</b> @everyone",
    f"met {'Ana' * 170}",
    "fnd acme",
    "move d-999",
    "met Ana >nostage",
    "met Ana !31feb call",
    "🙂",
)


def test_every_line_gets_exactly_one_reply(recado: Recado) -> None:
    assert len(recado.chat(*ODD)) == len(ODD)


def test_what_cannot_be_read_is_said(recado: Recado) -> None:
    done = recado("chat", "--json", typed=b"met \xff\xfe Ana\n")
    assert done.code == 0
    assert len(done.out.splitlines()) == 1
    long, _ = recado.chat("note Ana: " + "x" * 8000, "inbox")
    assert not long["ok"]
    assert "8000" in long["text"]


def test_the_last_line_needs_no_end_and_windows_ends_are_ends(recado: Recado) -> None:
    done = recado("chat", "--json", typed="met Ana: hello\r\nfind ana")
    first, second = map(json.loads, done.out.splitlines())
    assert "Ana" in first["text"]
    assert "\r" not in second["text"]


def test_a_script_for_people_has_no_welcome_and_shows_buttons_as_labels(recado: Recado) -> None:
    done = recado("chat", typed=f"{LINE}\n")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("✓ Met Ana Souza (new)")
    assert "[Undo]\n" in done.out


def test_a_name_cannot_steer_the_terminal(recado: Recado) -> None:
    done = recado("chat", typed="met Ana \x1b]0;owned\x07 \x9b31m Souza: hi\nfind ana\n")
    assert "Ana" in done.out
    assert not [char for char in done.out if char in "\x1b\x07\x9b\u202e"]


def test_a_button_is_pressed_by_its_label_or_its_command(recado: Recado) -> None:
    _, undone = recado.chat(LINE, "Undo")
    assert undone["ok"]
    _, undone = recado.chat(LINE, "undo")
    assert undone["ok"]


def test_who_speaks_must_be_known(recado: Recado) -> None:
    recado("invite", "--name", "Carla")
    assert recado.chat("met Ana: hi", member="carla")[0]["ok"]
    done = recado("chat", "--as", "Bob", typed="help\n")
    assert (done.code, done.out) == (2, "")
    assert done.err == "recado: --as: there is no member “Bob”. There are: Admin, Carla.\n"


def test_without_a_name_admin_speaks(recado: Recado) -> None:
    recado.chat("met Ana: hi")
    document = recado.export()
    assert [member["name"] for member in document["members"]] == ["Admin"]
    assert document["interactions"][0]["by"] == document["members"][0]["ref"]
    assert document["interactions"][0]["platform"] == "console"


# Pushes ------------------------------------------------------------------------------------------------------------


def test_a_follow_up_is_pushed_into_the_open_chat(on_both: Recado) -> None:
    chat = on_both.start("chat", "--json")
    chat.types("met Ana Souza, Acme: wants 40 seats !2s send quote")
    assert chat.shows("reply")["ok"]
    push = chat.shows("push")
    assert push["text"].startswith("⏰ Send quote: Ana Souza, Acme")
    assert "Done" in [button["label"] for button in push["buttons"]]
    chat.types("done")
    assert chat.shows("reply")["text"].startswith("✓ Done")
    chat.process.stdin.close()  # type: ignore[union-attr]
    assert chat.ends() == 0
    assert on_both.export()["reminders"][0]["state"] == "done"


def test_a_script_ends_without_waiting_for_what_is_due(recado: Recado) -> None:
    done = recado("chat", "--json", typed="met Ana: hi !1h call back\n")
    assert (done.code, len(done.out.splitlines())) == (0, 1)


def test_what_came_due_meanwhile_is_told_at_the_next_start(recado: Recado) -> None:
    recado.chat("met Ana: hi !1s call back")
    chat = recado.start("chat", "--json")
    assert "Call back" in chat.shows("push")["text"]


def test_each_console_shows_its_own_members_pushes_only(recado: Recado) -> None:
    recado("invite", "--name", "Carla")
    admin, carla = recado.start("chat", "--json"), recado.start("chat", "--json", "--as", "Carla")
    for chat in (admin, carla):
        chat.types("help")
        chat.shows("reply")
    carla.types("met Ana: hi !1s for Carla")
    admin.types("met Eva: hi !2s for Admin")
    assert "or Admin" in admin.shows("push")["text"]
    assert "or Carla" in carla.shows("push")["text"]


# A store that is away -----------------------------------------------------------------------------------------------


def test_a_line_is_given_back_while_the_store_is_locked_and_saved_when_it_is_free(recado: Recado) -> None:
    chat = recado.start("chat", "--json")
    chat.types("met Ana: hi")
    assert chat.shows("reply")["ok"]
    holder = sqlite3.connect(recado.data / "recado.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    for line in ("met Eva: hello", "met Zoe: hello"):
        chat.types(line)
        reply = chat.shows("reply")
        assert not reply["ok"]
        assert reply["text"].startswith("Not saved: another program keeps the database locked.")
        assert reply["text"].endswith(f"\n{line}")
    assert time.monotonic() - began < 30
    holder.rollback()
    holder.close()
    chat.types("met Eva: hello !1s call her")
    assert chat.shows("reply")["ok"]
    assert "Call her" in chat.shows("push")["text"]
    chat.process.stdin.close()  # type: ignore[union-attr]
    assert chat.ends() == 0
    assert [contact["name"] for contact in recado.export()["contacts"]] == ["Ana", "Eva"]


# Ends --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_gently(recado: Recado, how: signal.Signals) -> None:
    chat = recado.start("chat", "--json")
    chat.types("met Ana: hi")
    assert chat.shows("reply")["ok"]
    chat.process.send_signal(how)
    assert chat.ends() == 0
    assert chat.complaints == []
    assert len(recado.export()["interactions"]) == 1


def test_whoever_stops_reading_hears_no_complaint(recado: Recado) -> None:
    reading, writing = os.pipe()
    chat = recado.start("chat", "--json", out=writing)
    os.close(writing)
    chat.types("help")
    assert os.read(reading, 1)
    os.close(reading)
    chat.types("help")
    assert chat.ends() == 1
    assert chat.complaints == []


def test_what_was_answered_survives_a_kill(recado: Recado) -> None:
    chat = recado.start("chat", "--json")
    for number in range(20):
        chat.types(f"met Ana Number{number}, Acme: hi")
        assert chat.shows("reply")["ok"]
    chat.process.kill()
    chat.ends()
    assert len(recado.export()["interactions"]) == 20
    with sqlite3.connect(recado.data / "recado.sqlite") as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()
