"""Many small sums at once: numbers side by side in one big integer, so that adding two adds all.

A lane is four bytes, the lowest first as in the memory of x86 and ARM. Nothing that is put in one
is negative, so none borrows from its neighbour, and a question of the longest cannot fill one.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDTH = 4  # bytes a lane
_LOW = bytes(byte & 15 for byte in range(256))
_HIGH = bytes(byte >> 4 for byte in range(256))


def from_bytes(row: bytes) -> int:
    """A lane for each byte."""
    spread = bytearray(_WIDTH * len(row))
    spread[::_WIDTH] = row
    return int.from_bytes(spread, "little")


def from_nibbles(row: bytes) -> int:
    """A lane for each half of a byte, the lower half first."""
    spread = bytearray(2 * _WIDTH * len(row))
    spread[:: 2 * _WIDTH] = row.translate(_LOW)
    spread[_WIDTH :: 2 * _WIDTH] = row.translate(_HIGH)
    return int.from_bytes(spread, "little")


def from_numbers(numbers: Iterable[int]) -> int:
    """A lane for each number from 0 to 2^32 - 1."""
    return int.from_bytes(b"".join(n.to_bytes(_WIDTH, "little") for n in numbers), "little")


def to_numbers(lanes: int, count: int) -> list[int]:
    """The numbers in the lowest `count` lanes; OverflowError if there are more lanes."""
    return memoryview(lanes.to_bytes(_WIDTH * count, "little")).cast("I").tolist()
