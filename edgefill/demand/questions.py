"""QuestionTexts: the masked texts of free questions, which are stored only if that is enabled.

The texts hold no names, numbers or addresses and nothing about the visitor. They expire after
RETENTION_DAYS.
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
    """Texts by key; every method raises StoreUnavailable."""

    def save(self, key: str, text: str) -> None:
        """Store the masked text of `key`."""
        ...

    def read_texts(self) -> Mapping[str, str]:
        """Return every stored text by key."""
        ...


class MemoryQuestionTexts:
    """Texts of one process, for tests."""

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
    """Texts of a whole deployment, stored for RETENTION_DAYS after the last request."""

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
