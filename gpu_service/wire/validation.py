"""What the request models of all routes share: valid texts, seeds, and the names of fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

MAX_SEED = 2**63 - 1
# In an error's location, pydantic names the member of a union like this.
UNION_MEMBER = re.compile(r"[\[(]|^(str|int|float|bool|dict|list)$")


def format_field_path(loc: Sequence[int | str]) -> str:
    """`body.messages.0.content`, from pydantic's location of an error.

    The names of a union's members are left out: they mean nothing to the client.
    """
    return ".".join(str(part) for part in loc if not UNION_MEMBER.search(str(part)))


def check_encodable(text: str) -> str:
    """`text` itself; ValueError when it has an unpaired surrogate, which UTF-8 cannot encode."""
    text.encode()
    return text


EncodableText = Annotated[str, AfterValidator(check_encodable)]
