"""What was measured, beside its floor and its budget; as a table to read and as JSON to compare."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.timing import Times

FIND = "find, all four"
HEAD = ("what", "store", "contacts", "p50", "p99", "floor", "ratio", "budget", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row. `floor`: what cannot be undercut, measured in the same run. `within` is None without a budget."""

    what: str
    unit: str = "ms"
    store: str = ""
    contacts: int | None = None
    p50: float
    p99: float | None = None
    floor: float | None = None
    floor_is: str = ""
    budget: str = ""
    within: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.p50 / self.floor if self.floor else None


def timed(what: str, times: Times, **more: Any) -> Figure:
    return Figure(what=what, p50=times.p50, p99=times.p99, **more)


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a table in Markdown."""
    rows = [HEAD, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    ratio = figure.ratio
    floor = f"{_number(figure.floor)} {figure.floor_is}".strip() if figure.floor is not None else ""
    verdict = "" if figure.within is None else "within" if figure.within else "OVER"
    return (
        figure.what,
        figure.store,
        f"{figure.contacts:,}" if figure.contacts else "",
        f"{_number(figure.p50)} {figure.unit}",
        _number(figure.p99),
        floor,
        f"{ratio:.2f}" if ratio is not None else "",
        figure.budget,
        ", ".join(filter(None, (verdict, figure.note))),
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def machine(postgres_version: str | None) -> dict[str, Any]:
    """Say what it was measured on; not whose it is."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": postgres_version,
    }


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (ValueError, OSError):
        return None


def save(path: Path, figures: Sequence[Figure], facts: dict[str, Any]) -> None:
    """Write everything down for the next run to be compared with."""
    rows = [_plain(asdict(figure) | {"ratio": figure.ratio}) for figure in figures]
    path.write_text(json.dumps({"machine": facts, "figures": rows}, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(value, 3) if isinstance(value, float) else value
        for key, value in row.items()
        if value is not None and value != ""
    }


def growth(figures: Sequence[Figure]) -> list[Figure]:
    """Say how much slower a large store is than the smallest: the largest for logging, the next for searching."""
    found: list[Figure] = []
    for what, limit in (("logged contact", 1.3), ("example line", 1.3), (FIND, 1.5)):
        for store in dict.fromkeys(figure.store for figure in figures):
            same = [figure for figure in figures if figure.store == store and figure.what.startswith(what)]
            found += _grown(what, limit, sorted(same, key=lambda figure: figure.contacts or 0))
    return found


def _grown(what: str, limit: float, figures: Sequence[Figure]) -> list[Figure]:
    """Searching is held to its slowest hundredth at ten times the size, logging to its middle at any size."""
    if len(figures) < 2:
        return []
    small, large = figures[0], figures[1] if what == FIND else figures[-1]
    ratio = (large.p99 or 0.0) / (small.p99 or 1.0) if what == FIND else large.p50 / small.p50
    return [
        Figure(
            what=f"{what}: {large.contacts:,} contacts against {small.contacts:,}",
            unit="times",
            store=small.store,
            p50=ratio,
            budget=f"<= {limit:g}",
            within=ratio <= limit,
        )
    ]
