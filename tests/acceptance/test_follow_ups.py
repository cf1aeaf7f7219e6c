"""A follow-up comes back to the person who made it, where they are, and is handled there."""

from __future__ import annotations

from tests.acceptance.company import SOON, Company

CARLA = 7


async def test_a_follow_up_made_in_slack_comes_back_there_and_done_rewrites_it(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    await company.hires("Carla", telegram=CARLA, slack="U1")
    await slack.types_command("U1", "met Ana Souza, Acme: wants 40 seats $12k >proposal !1s send quote")

    push = await slack.received("U1", "⏰ Send quote: Ana Souza, Acme", within=SOON)
    assert push.buttons[:3] == ["Done", "1 h", "Tomorrow"]
    await slack.presses("U1", "Done", message=push)
    await slack.until(lambda: "✓ Done" in push.text or None, "Done", within=SOON)

    [reminder] = (await company.exports())["reminders"]
    assert reminder["state"] == "done"
    assert [message.text for message in telegram.messages(CARLA) if "⏰" in message.text] == [], "told twice"
    assert (telegram.complaints, slack.complaints, slack.mentions) == ([], [], [])


async def test_done_on_one_platform_rewrites_the_copy_on_the_other(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    await company.hires("Carla", telegram=CARLA, slack="U1")
    await slack.says("U1", "met Ana Souza, Acme: wants 40 seats !1s send quote")
    on_slack = await slack.received("U1", "⏰ Send quote", within=SOON)

    await company.minutes_pass()
    telegram.says(CARLA, "snooze F-1 1s")
    on_telegram = await telegram.received(CARLA, "⏰ Send quote", timeout=SOON)
    telegram.presses(CARLA, "Done", message_id=on_telegram.message_id)

    await company.until(lambda: "✓ Done" in on_telegram.text or None, "Done on Telegram")
    await company.until(lambda: "✓ Done" in on_slack.text or None, "Done on Slack")
    assert (telegram.complaints, slack.complaints, slack.mentions) == ([], [], [])
