"""Slack's two ways of writing a message, undone: rich_text blocks, and the older mrkdwn text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["ME", "mentioned_in", "text_of", "undone"]

# Stands for our bot's own name until it is known whether the mention began the message; nobody can type it.
ME = "\x00"

Json = Mapping[str, Any]
Names = Mapping[str, str]

# What Slack itself puts between angle brackets; a bracket that a person typed arrives as an entity.
_REFERENCE = re.compile(r"<([@#!][^<>|\s]+|[a-z][a-z0-9+.-]*:[^<>|]+)(?:\|([^<>]*))?>", re.IGNORECASE)
_MENTION = re.compile(r"<@([A-Z0-9]+)")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)\|([^<>]+)>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)\|([^<>]+)>")
_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
# A mark counts only at a word's edge, and only in pairs around something: `snake_case` and `2 * 3` have none.
_MARKS = [
    re.compile(rf"(?<![^\W_])(?<!{m})({m})(?=[^\s{m}])([^{m}\n]*[^\s{m}]){m}(?!{m})(?![^\W_])")
    for m in (r"\*", "_", "~", "`")
]
_EMOJI = re.compile(r":([a-z0-9_+'-]+):")
# Slash commands spell emoji out, without a Unicode form beside them; these are the ones that mean something to us.
_UNICODE = {
    "+1": "👍",
    "thumbsup": "👍",
    "ok_hand": "👌",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "ballot_box_with_check": "☑️",
    "zzz": "💤",
    "fire": "🔥",
    "pray": "🙏",
    "tada": "🎉",
}


def text_of(message: Json, names: Names) -> str:
    """Return what was typed, as text; `names` gives the display name of each user id."""
    blocks = [block for block in message.get("blocks") or () if block.get("type") == "rich_text"]
    if not blocks:
        return undone(str(message.get("text") or ""), names)
    labels = {**_labels(str(message.get("text") or "")), **names}
    return "\n".join(part for block in blocks for part in _parts(block.get("elements") or (), labels))


def undone(text: str, names: Names) -> str:
    """Return mrkdwn as text: links by their label, people by their name, no marks, no entities."""
    text = text.replace(ME, "").replace("\x01", "")
    references: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        # A link may hold * and _: it must not lose them with the marks around it.
        references.append(_reference(match[1], match[2], names))
        return f"\x01{len(references) - 1}\x01"

    text = _without_marks(_REFERENCE.sub(put_aside, text))
    text = re.sub("\x01(\\d+)\x01", lambda match: references[int(match[1])], text)
    text = re.sub(r"^(\s*)• ", r"\1- ", text, flags=re.MULTILINE)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned_in(message: Json) -> frozenset[str]:
    """Return the ids of all users that are mentioned."""
    in_text = _MENTION.findall(str(message.get("text") or ""))
    in_blocks = (e["user_id"] for e in _leaves(message.get("blocks") or ()) if e.get("type") == "user")
    return frozenset([*in_text, *in_blocks])


def _without_marks(text: str) -> str:
    text = _FENCE.sub(r"\1", text)
    for mark in _MARKS:
        text = mark.sub(r"\2", text)
    return _EMOJI.sub(lambda match: _UNICODE.get(match[1], match[0]), text)


def _reference(target: str, label: str | None, names: Names) -> str:
    if target.startswith("@"):
        return f"@{names.get(target[1:]) or label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return label or _address(target)


def _address(url: str) -> str:
    return url.removeprefix("mailto:").removeprefix("tel:")


def _labels(text: str) -> dict[str, str]:
    """Blocks hold only the ids of channels and groups; the text beside them has the names too."""
    return dict([*_CHANNEL.findall(text), *((group, label.lstrip("@")) for group, label in _GROUP.findall(text))])


def _parts(elements: Any, names: Names) -> Iterator[str]:
    for element in elements:
        yield from _PARTS.get(element.get("type"), _section)(element, names)


def _section(element: Json, names: Names) -> Iterator[str]:
    yield _inline(element, names).removesuffix("\n")


def _quote(element: Json, names: Names) -> Iterator[str]:
    yield "\n".join(f"> {line}" for line in _inline(element, names).removesuffix("\n").split("\n"))


def _list(element: Json, names: Names) -> Iterator[str]:
    is_numbered = element.get("style") == "ordered"
    first = int(element.get("offset") or 0) + 1
    for number, item in enumerate(element.get("elements") or (), first):
        yield f"{f'{number}.' if is_numbered else '-'} {_inline(item, names)}"


_PARTS: Mapping[str | None, Callable[[Json, Names], Iterator[str]]] = {
    "rich_text_quote": _quote,
    "rich_text_list": _list,
}


def _inline(element: Json, names: Names) -> str:
    return "".join(_INLINE.get(leaf.get("type"), _other)(leaf, names) for leaf in element.get("elements") or ())


def _other(leaf: Json, names: Names) -> str:
    return str(leaf.get("text") or leaf.get("value") or leaf.get("fallback") or "").replace(ME, "")


def _link(leaf: Json, names: Names) -> str:
    return str(leaf.get("text") or _address(str(leaf.get("url") or "")))


def _emoji(leaf: Json, names: Names) -> str:
    try:
        return "".join(chr(int(code, 16)) for code in str(leaf.get("unicode") or "").split("-"))
    except ValueError:
        # A workspace's own picture has no Unicode form.
        return f":{leaf.get('name')}:"


def _user(leaf: Json, names: Names) -> str:
    return f"@{names.get(leaf['user_id']) or leaf['user_id']}"


def _channel(leaf: Json, names: Names) -> str:
    return f"#{names.get(leaf['channel_id']) or leaf['channel_id']}"


def _group(leaf: Json, names: Names) -> str:
    return f"@{names.get(leaf['usergroup_id']) or leaf['usergroup_id']}"


def _broadcast(leaf: Json, names: Names) -> str:
    return f"@{leaf.get('range')}"


_INLINE: Mapping[str | None, Callable[[Json, Names], str]] = {
    "link": _link,
    "emoji": _emoji,
    "user": _user,
    "channel": _channel,
    "usergroup": _group,
    "broadcast": _broadcast,
}


def _leaves(blocks: Any) -> Iterator[Json]:
    for element in blocks:
        yield element
        yield from _leaves(element.get("elements") or ())
