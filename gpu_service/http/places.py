"""Places: where in a body a value is wrong, as pydantic tells it, in a client's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

MEMBER = re.compile(
    r"[\[(]|^(str|int|float|bool|dict|list)$"
)  # how pydantic names a union's member


def place(loc: Sequence[int | str]) -> str:
    """`body.messages.0.content`; the names of a union's members say nothing to who wrote it."""
    return ".".join(str(part) for part in loc if not MEMBER.search(str(part)))
