"""Times, and what is read from them."""

from __future__ import annotations

import time
from types import TracebackType


class Times:
    """Milliseconds of each run of a `with` block."""

    def __init__(self) -> None:
        self.all: list[float] = []
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.all.append((time.perf_counter() - self._began) * 1000)

    def percentile(self, percent: float) -> float:
        """Return the time within which `percent` of the runs were done."""
        ordered = sorted(self.all)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")

    @property
    def p50(self) -> float:
        return self.percentile(50)

    @property
    def p99(self) -> float:
        return self.percentile(99)
