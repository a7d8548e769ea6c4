"""Bodies too large for memory: written to a nameless file while viewers already read."""

from __future__ import annotations

from collections.abc import AsyncIterator


class Spool:
    """Bytes that arrive once and are read by many, each from where it likes.

    `size` is the length in bytes that the origin declared, None when it did not.
    """

    size: int | None

    def chunks(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end` (exclusive), as they arrive; SpoolBroken."""
        raise NotImplementedError
