"""Questions: the masked words behind the keys of free questions, kept only where that is asked for.

What is kept has no names, numbers or addresses, nothing of who asked, and goes after KEPT_DAYS.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from edgefill.demand.counts import DAY_S, RETENTION_DAYS
from edgefill.demand.table import DemandTable, build_row_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PARTITION = "question"


class QuestionTexts(Protocol):
    """Texts by key; StoreUnavailable when they cannot be reached."""

    def save(self, key: str, text: str) -> None:
        """Keep the masked text behind `key`."""
        ...

    def read_texts(self) -> Mapping[str, str]:
        """Every text that is kept, by key."""
        ...


class MemoryQuestionTexts:
    """Questions of one process."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()

    def save(self, key: str, text: str) -> None:
        """See Questions."""
        with self._lock:
            self._texts[key] = text

    def read_texts(self) -> Mapping[str, str]:
        """See Questions."""
        with self._lock:
            return dict(self._texts)


class DynamoQuestionTexts:
    """Questions of a whole deployment, kept for KEPT_DAYS after they were last asked."""

    def __init__(self, table: DemandTable, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock

    def save(self, key: str, text: str) -> None:
        """See Questions."""
        expires = int(self._clock()) + RETENTION_DAYS * DAY_S
        self._table.update(
            build_row_key(PARTITION, key),
            "SET words = :words, expires = :expires",
            values={":words": {"S": text}, ":expires": {"N": str(expires)}},
        )

    def read_texts(self) -> Mapping[str, str]:
        """See Questions."""
        now = self._clock()
        return {
            row["sk"]["S"]: row["words"]["S"]
            for row in self._table.list_rows(PARTITION)
            if int(row["expires"]["N"]) > now
        }
