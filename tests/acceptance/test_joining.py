"""How people join, and what strangers get: one refusal, and no data."""

from __future__ import annotations

from tests.acceptance.company import Company

CARLA, MALLORY = 7, 66
REFUSAL = "private CRM"


async def test_a_stranger_gets_one_refusal_and_no_data(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    await company.hires("Carla", telegram=CARLA)
    telegram.says(CARLA, "met Ana Souza, Acme: the secret price")
    await telegram.received(CARLA, "✓ Met Ana Souza")

    for text in ("find acme", "export", "I-1"):
        telegram.says(MALLORY, f"{text} mellon")
        await slack.says("UMALLORY", f"{text} mellon")
        await slack.types_command("UMALLORY", f"{text} mellon")
    await company.has_answered(2 + 3 * 3)

    [told] = telegram.messages(MALLORY)
    [told_on_slack] = slack.visible("UMALLORY")
    assert REFUSAL in told.text
    assert REFUSAL in told_on_slack.text
    assert [row.body["text"] for row in await company.inbox() if "mellon" in str(row.body)] == [], (
        "what they type is theirs"
    )
    assert len((await company.exports())["members"]) == 2


async def test_one_person_joins_on_two_platforms(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    first, second = await company.invites("Carla"), await company.invites("Carla")

    telegram.joins(CARLA, first.lower())
    assert "Hi Carla, you're in" in (await telegram.received(CARLA, "you're in")).text
    await slack.types_command("U1", f"join {second}")
    await slack.received("U1", "Hi Carla, you're in")

    members = {row["name"]: row["platforms"] for row in (await company.exports())["members"]}
    assert members == {"Admin": [], "Carla": ["slack", "telegram"]}

    slack.joins("U2", "Mallory")
    await slack.types_command("U2", f"join {second}")
    await slack.received("U2", "That code is not good")
    telegram.joins(MALLORY, "ABCDE-FGHJK")
    await telegram.received(MALLORY, "That code is not good")
    assert (telegram.complaints, slack.complaints, slack.mentions) == ([], [], [])
