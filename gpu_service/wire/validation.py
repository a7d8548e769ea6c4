"""What the request models of all routes share: valid texts, seeds, and the names of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator

MAX_SEED = 2**63 - 1
FIELD_NAME = re.compile(r"[A-Za-z0-9_.]+")
# In an error's location, pydantic names the member of a union like this.
UNION_MEMBER = re.compile(r"[\[(]|^(str|int|float|bool|dict|list)$")


def format_field_path(loc: Sequence[int | str]) -> str:
    """`body.messages.0.content`, from pydantic's location of an error.

    The names of a union's members are left out: they mean nothing to the client.
    """
    return ".".join(str(part) for part in loc if not UNION_MEMBER.search(str(part)))


def explain_error(error: Mapping[str, Any]) -> tuple[str, str]:
    """The path of the invalid field in one of pydantic's errors, and what is wrong with it.

    A message of our own may begin with the field's name below the validated object.
    """
    path, message = format_field_path(error["loc"]), error["msg"].removeprefix("Value error, ")
    name, colon, reason = message.partition(": ")
    if error["type"] != "value_error" or not colon or not FIELD_NAME.fullmatch(name):
        return path, message
    return f"{path}.{name}", reason


def check_encodable(text: str) -> str:
    """`text` itself; ValueError when it has an unpaired surrogate, which UTF-8 cannot encode."""
    text.encode()
    return text


EncodableText = Annotated[str, AfterValidator(check_encodable)]
