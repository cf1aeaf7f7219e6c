"""What platforms and people do beside writing lines: repeat themselves, edit, press what is not theirs, take odd names."""

from __future__ import annotations

from tests.acceptance.company import SOON, Company

CARLA, BOB = 7, 8
HOSTILE = [
    "<!channel>",
    "<b>Ana</b> <i>",
    "@everyone",
    "<@U1> <https://evil.example|Ana>",
    "/start #sale @recado_bot",
    "*Ana* _S_ `x`",
]


async def test_a_press_by_somebody_else_does_nothing(company: Company) -> None:
    telegram = company.telegram
    await company.opens(on=["telegram"])
    await company.hires("Carla", telegram=CARLA)
    await company.hires("Bob", telegram=BOB)
    telegram.says(CARLA, "met Ana Souza, Acme: wants 40 seats")
    card = await telegram.received(CARLA, "✓ Met Ana Souza")
    undo = next(button for row in card.rows for button in row if button["text"] == "Undo")

    forged = telegram._message(telegram.messages(BOB)[0]) | {"reply_markup": {"inline_keyboard": [[undo]]}}
    sender = {"id": BOB, "is_bot": False, "first_name": "Bob"}
    query = {"id": "17", "from": sender, "message": forged, "chat_instance": "1", "data": undo["callback_data"]}
    telegram._presses.add("17")
    telegram.sends_raw(callback_query=query)
    await telegram.received(BOB, "This card is for somebody else")
    assert len((await company.exports())["interactions"]) == 1

    telegram.presses(CARLA, "Undo")
    await telegram.received(CARLA, "Undone I-1")
    assert (await company.exports())["interactions"] == []


async def test_what_is_delivered_again_happens_once(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    await company.hires("Carla", telegram=CARLA, slack="U1")
    said = telegram.says(CARLA, "met Ana Souza: by phone")
    await telegram.received(CARLA, "by phone")
    event = await slack.says("U1", "met Bia Lima: by mail")
    await slack.received("U1", "by mail")

    telegram.redeliver(said.update_id)
    again = await slack.redelivers(event.delivery)
    await again.acknowledged(within=SOON)
    telegram.says(CARLA, "met Caio Reis: after that")
    await telegram.received(CARLA, "after that")

    texts = [row["text"] for row in (await company.exports())["interactions"]]
    assert sorted(texts) == ["after that", "by mail", "by phone"]
    assert len([one for one in telegram.messages(CARLA) if "by phone" in one.text]) == 1
    assert len([one for one in slack.visible("U1") if "by mail" in one.text]) == 1


async def test_an_edited_message_corrects_its_record(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    await company.hires("Carla", telegram=CARLA, slack="U1")
    said = telegram.says(CARLA, "met Ana Souza, Acme: wants 40 seats")
    await telegram.received(CARLA, "wants 40 seats")
    telegram.edits(CARLA, said.message_id, "met Ana Souza, Acme: wants 50 seats")
    await telegram.received(CARLA, "wants 50 seats")
    typed = await slack.says("U1", "called Ana Souza: no budget")
    await slack.received("U1", "no budget")
    await slack.edits(typed, "called Ana Souza: a big budget")
    await slack.received("U1", "a big budget")

    texts = [row["text"] for row in (await company.exports())["interactions"]]
    assert sorted(texts) == ["a big budget", "wants 50 seats"]


async def test_no_name_mentions_or_formats_anything(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    await company.hires("Carla", telegram=CARLA)
    await company.hires("Bob", slack="U1")
    for number, name in enumerate(HOSTILE):
        for line in (f"met {name} Ltda: said {name}", f"met Customer {number}: said {name} !1s tell {number} {name}"):
            telegram.says(CARLA, line)
            await slack.says("U1", line.replace("Customer", "Client"))
        await slack.types_command("U1", f"find {name}", channel="C0SALES")
        await telegram.received(CARLA, f"⏰ Tell {number}", timeout=SOON)
        await slack.received("U1", f"⏰ Tell {number}", within=SOON)
    await company.has_answered(2 + 5 * len(HOSTILE))

    assert (telegram.complaints, slack.complaints, slack.mentions) == ([], [], [])
    ours = telegram.messages(CARLA)
    assert [link for message in ours for link in message.links] == []
    assert {entity["type"] for message in ours for entity in message.entities} <= {"bold"}
