"""Packed integers: many small numbers in one big integer, so that one addition adds them all.

Each number has four bytes, the lowest byte first, as x86 and ARM store it. Packed numbers are
never negative, so none borrows from its neighbour, and the longest question overflows none.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDTH = 4  # bytes per number
_LOW = bytes(byte & 15 for byte in range(256))
_HIGH = bytes(byte >> 4 for byte in range(256))


def pack_bytes(row: bytes) -> int:
    """One number per byte."""
    spread = bytearray(_WIDTH * len(row))
    spread[::_WIDTH] = row
    return int.from_bytes(spread, "little")


def pack_nibbles(row: bytes) -> int:
    """One number per half byte, the lower half first."""
    spread = bytearray(2 * _WIDTH * len(row))
    spread[:: 2 * _WIDTH] = row.translate(_LOW)
    spread[_WIDTH :: 2 * _WIDTH] = row.translate(_HIGH)
    return int.from_bytes(spread, "little")


def pack_ints(numbers: Iterable[int]) -> int:
    """Numbers from 0 to 2^32 - 1, packed."""
    return int.from_bytes(b"".join(n.to_bytes(_WIDTH, "little") for n in numbers), "little")


def unpack_ints(packed: int, count: int) -> list[int]:
    """The `count` numbers in `packed`; OverflowError if it holds more."""
    return memoryview(packed.to_bytes(_WIDTH * count, "little")).cast("I").tolist()
