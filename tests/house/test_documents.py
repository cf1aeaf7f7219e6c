"""The documents lead where they say: files that exist, headings that are there, make targets that run."""

import re
from collections.abc import Iterator

import pytest

from tests.house import source

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
HEADING = re.compile(r"^#+ +(.+?) *#*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
OUTSIDE = ("http:", "https:", "mailto:", "tg:")
DOCUMENTS = [name for name, _ in source.text_files() if name.endswith(".md")]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    dead = list(_dead_links(name))
    assert not dead, f"{name}: dead links: {', '.join(dead)}"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (source.ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {t for _, text in _documents() for t in re.findall(r"(?:`|^ *\$? *)make ([a-z-]+)", text, re.MULTILINE)}
    assert named <= targets


def _documents() -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name, text in source.text_files() if name.endswith(".md"))


def _dead_links(name: str) -> Iterator[str]:
    here = source.ROOT / name
    for link in LINK.findall(FENCE.sub("", here.read_text("utf-8"))):
        path, _, anchor = link.partition("#")
        if link.startswith(OUTSIDE):
            continue
        target = (here.parent / path) if path else here
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in _anchors(target.read_text("utf-8"))
        ):
            yield link


def _anchors(text: str) -> set[str]:
    headings = (re.sub(r"[`*_]", "", heading).lower() for heading in HEADING.findall(FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}
