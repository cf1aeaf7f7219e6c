"""Telegram: people's messages by long polling, our cards with inline buttons.

We poll ourselves, with the plain `telegram.Bot`: the SDK's own loop confirms a batch before anyone has stored it, and
one update that it cannot read stops it for ever.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)

from bot.platforms.telegram import faults, rendering, updates
from bot.platforms.telegram.api import BotApi
from bot.platforms.telegram.desk import Desk
from bot.platforms.telegram.faults import Refused
from bot.platforms.telegram.outage import Outage
from bot.platforms.telegram.rendering import Piece
from bot.platforms.telegram.updates import Me
from handlers.errors import DeliveryError, SettingsError
from handlers.message import Address, Answer, Message, Receive, Reply, Route, Sent

__all__ = ["PUBLIC_API", "Patience", "Telegram", "token_problem"]

PUBLIC_API = "https://api.telegram.org"
TOKEN_SETTING = "RECADO_TELEGRAM_TOKEN"  # noqa: S105 - the name of the setting, not its value
TOKEN_REMEDY = "Ask @BotFather on Telegram for it (/mybots, your bot, API Token) and copy it whole."  # noqa: S105
TOKEN_SHAPE = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")

# PTB warns on every call that names one of its own methods, and its own getUpdates cannot be used. This one it takes
# apart at the underscore and puts together as "getUpdates".
GET_UPDATES = "get_Updates"
MENU_LANGUAGES = ("en", "pt", "es")
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

logger = logging.getLogger(__name__)

T = TypeVar("T")
Menu = Sequence[tuple[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long we wait for Telegram, in seconds. `poll` is how long it may hold an empty getUpdates."""

    connect: float = 5.0
    read: float = 10.0
    poll: int = 25
    first_pause: float = 1.0
    longest_pause: float = 60.0
    stop: float = 10.0


def token_problem(token: str) -> str | None:
    """Say what is wrong with a token, as far as its looks tell; the text does not repeat it."""
    if TOKEN_SHAPE.fullmatch(token):
        return None
    return 'is not a bot token, which looks like "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0".'


class Telegram:
    """The Telegram channel of one bot."""

    name: str = "telegram"
    routes: Sequence[Route] = ()

    def __init__(
        self,
        token: str,
        *,
        api_url: str = PUBLIC_API,
        company_language: str = "en",
        menu: Menu = (),
        patience: Patience = Patience(),
    ) -> None:
        if problem := token_problem(token):
            raise SettingsError(TOKEN_SETTING, problem, TOKEN_REMEDY)
        self.account = token.partition(":")[0]
        self._token = token
        self._language = company_language[:2].lower()
        self._menu = menu
        self._patience = patience
        self._api = BotApi(
            connect_timeout=patience.connect,
            read_timeout=patience.read,
            write_timeout=patience.read,
            pool_timeout=patience.connect,
        )
        root = api_url.rstrip("/")
        self._bot = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._api,
            get_updates_request=self._api,
        )

    async def check(self) -> str:
        """Return the bot's @name, which shows that the token works; raises DeliveryError."""
        return f"@{(await self._me()).username}"

    async def close(self) -> None:
        await self._api.shutdown()

    # Taking in

    async def run(self, receive: Receive, answer: Answer) -> None:
        """Poll until cancelled. A token that Telegram does not know ends it with a SettingsError."""
        desk = Desk(answer)
        try:
            me = await self._patiently(self._me)
            desk.start(self._offer_menu())
            await self._poll(me, receive, desk)
        finally:
            await desk.close(self._patience.stop)

    async def take(self, batch: Sequence[Any], me: Me, receive: Receive, desk: Desk) -> None:
        """Store a batch of raw updates in one go; once that is committed, start answering them."""
        messages = [message for update in batch if (message := self._read(update, me)) is not None]
        inbox_ids = await receive(messages) if messages else []
        for inbox_id, message in zip(inbox_ids, messages, strict=True):
            if message.pressed is not None:
                desk.start(self._acknowledge(message))
            if inbox_id is not None:
                desk.answer(inbox_id, message.address.chat, partial(self._deliver, message))

    async def _poll(self, me: Me, receive: Receive, desk: Desk) -> None:
        offset = 0
        while True:
            await desk.room()
            batch = await self._patiently(partial(self._updates, offset))
            await self.take(batch, me, receive, desk)
            # Asking from the next one on tells Telegram to forget these: not before they are stored.
            offset = max([offset, *(update["update_id"] + 1 for update in batch)])

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        question = {"timeout": self._patience.poll, "allowed_updates": list(updates.KINDS)}
        if offset:
            question["offset"] = offset
        with self._classified():
            found = await self._bot.do_api_request(
                GET_UPDATES, question, read_timeout=self._patience.poll + self._patience.read
            )
        if not isinstance(found, list):
            raise DeliveryError(f"getUpdates gave {type(found).__name__}, not a list")
        numbered = [update for update in found if isinstance(update, dict) and _number(update) is not None]
        if found and not numbered:
            raise DeliveryError("getUpdates gave updates without a number, which cannot be confirmed")
        return numbered

    def _read(self, update: Mapping[str, Any], me: Me) -> Message | None:
        try:
            return updates.read(update, me, datetime.now(UTC))
        except Exception:  # whatever is odd about it: one update must not keep the rest of its batch out
            logger.exception("update %s could not be read and is passed over", _number(update))
            return None

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until Telegram answers."""
        outage = Outage(self._patience.first_pause, self._patience.longest_pause)
        while True:
            try:
                found = await ask()
            except DeliveryError as fault:
                if fault.permanent:
                    raise SettingsError(TOKEN_SETTING, f"is refused ({fault}).", TOKEN_REMEDY) from None
                await outage.wait(fault)
            else:
                outage.over()
                return found

    async def _me(self) -> Me:
        with self._classified():
            user = await self._bot.get_me()
            return Me(account=self.account, username=user.username or "")

    async def _acknowledge(self, message: Message) -> None:
        """Stop the button's spinner; a query that is too old for it has none any more."""
        try:
            with self._classified():
                await self._bot.answer_callback_query(message.answer_to or "")
        except DeliveryError as fault:
            logger.info("press %s keeps its spinner: %s", message.id, fault)

    async def _offer_menu(self) -> None:
        """Fill the command menu of private chats: for each language, and the company's for all others."""
        if not self._menu:
            return
        try:
            for language in (None, *MENU_LANGUAGES):
                await self._set_menu(language)
        except DeliveryError as fault:
            logger.warning("the command menu could not be set: %s", fault)

    async def _set_menu(self, language: str | None) -> None:
        commands = [
            BotCommand(name, rendering.in_language(dict(texts), language or self._language))
            for name, texts in self._menu
        ]
        with self._classified():
            await self._bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code=language)

    # Sending

    async def send(
        self, address: Address, reply: Reply, *, letter: int | None = None, repeat: bool = False
    ) -> Sent | None:
        """Send once; a reply that needs several messages is known by its last, which has the buttons."""
        note = rendering.in_language(rendering.POSSIBLE_REPEAT, self._language) if repeat else ""
        return await self._say(address, reply, note)

    async def edit(self, sent: Sent, reply: Reply) -> None:
        if not await self._rewrite(sent, rendering.one_piece(reply)):
            logger.info("message %s in chat %s is gone: not edited", sent.message_id, sent.address.chat)

    async def find(self, address: Address, letter: int, since: datetime) -> Sent | None:
        """Telegram lets no bot look into a chat."""
        return None

    async def _deliver(self, message: Message, reply: Reply) -> Sent | None:
        """Show an answer to the one who asked: in place of the pressed card, in their chat, never in a group."""
        if not message.is_private:
            return await self._say_privately(message, reply)
        pieces = rendering.pieces(reply)
        if message.pressed and reply.replaces and message.message_id and len(pieces) == 1:
            card = Sent(address=message.address, message_id=message.message_id)
            if await self._rewrite(card, pieces[0]):
                return card
        return await self._say(message.address, reply)

    async def _say_privately(self, message: Message, reply: Reply) -> Sent:
        private = replace(message.address, chat=message.sender.user, thread=None)
        try:
            return await self._say(private, reply)
        except DeliveryError as fault:
            if fault.permanent:
                await self._ask_to_be_written(message)
            raise

    async def _ask_to_be_written(self, message: Message) -> None:
        """The one thing said in a group: a bot may not begin a private chat, so they must."""
        language = message.sender.language or self._language
        piece = Piece(rendering.in_language(rendering.WRITE_ME_FIRST, language))
        try:
            await self._post(message.address, piece, reply_to=message.message_id)
        except DeliveryError as fault:
            logger.info("chat %s could not be told to write us: %s", message.address.chat, fault)

    async def _say(self, address: Address, reply: Reply, note: str = "") -> Sent:
        first, *rest = rendering.pieces(reply, note)
        sent = await self._post(address, first)
        for piece in rest:
            try:
                sent = await self._post(address, piece)
            except DeliveryError as fault:
                fault.uncertain = True  # its beginning stands in the chat, so sending it again is a repeat
                raise
        return sent

    async def _post(self, address: Address, piece: Piece, reply_to: str | None = None) -> Sent:
        with self._classified():
            message = await self._bot.send_message(
                _chat(address),
                piece.text,
                entities=_entities(piece),
                reply_markup=_keyboard(piece),
                link_preview_options=NO_PREVIEW,
                message_thread_id=int(address.thread) if address.thread else None,
                reply_parameters=_reply_parameters(reply_to),
            )
            return Sent(address=address, message_id=str(message.message_id))

    async def _rewrite(self, sent: Sent, piece: Piece) -> bool:
        """Put `piece` in the place of a message of ours; False if that is gone."""
        with self._classified():
            try:
                await self._bot.edit_message_text(
                    piece.text,
                    chat_id=_chat(sent.address),
                    message_id=int(sent.message_id),
                    entities=_entities(piece),
                    reply_markup=_keyboard(piece),
                    link_preview_options=NO_PREVIEW,
                )
            except Refused as refusal:
                if faults.CARD_GONE.search(refusal.description):
                    return False
                if not faults.NOT_MODIFIED.search(refusal.description):
                    raise
            return True

    @contextmanager
    def _classified(self) -> Iterator[None]:
        try:
            yield
        except Exception as exc:  # an odd answer raises whatever the SDK's parsing trips over, and it may be out
            raise faults.delivery_error(exc, self._token) from None


def _number(update: Mapping[str, Any]) -> int | None:
    number = update.get("update_id")
    return number if isinstance(number, int) else None


def _chat(address: Address) -> int | str:
    return int(address.chat) if address.chat.lstrip("-").isdecimal() else address.chat


def _entities(piece: Piece) -> list[MessageEntity]:
    return [MessageEntity(MessageEntity.BOLD, 0, piece.bold)] if piece.bold else []


def _keyboard(piece: Piece) -> InlineKeyboardMarkup | None:
    if not piece.rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in piece.rows]
    )


def _reply_parameters(message_id: str | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(int(message_id), allow_sending_without_reply=True)
