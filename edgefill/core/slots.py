"""Slots: the typed blanks of a template.

Every slot value is a JSON value: `text name enum url` are strings, `money` is "129.90 EUR",
`date` is "2026-11-23", `datetime` is RFC 3339, `number` is an int or float, `boolean` a bool,
`list` a list of scalars or of records. `edgefill/template/coerce.py` converts raw input to these.
"""

from __future__ import annotations

from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Scalar = str | int | float | bool
    Value = Scalar | list[Scalar] | list[dict[str, Scalar]]

SLOT_TYPES = (
    "text",
    "name",
    "money",
    "number",
    "date",
    "datetime",
    "url",
    "enum",
    "boolean",
    "list",
)


@value
class Slot:
    """One blank: its type, its limits, and its default for when no value fits."""

    name: str
    type: str
    required: bool = False  # True: it has a default, and every template must use it
    personal: bool = False  # never read from a URL; makes a response private
    default: Value | None = None  # None: undefined without a value
    max_length: int = 200  # characters, for text, name and url
    values: tuple[str, ...] = ()  # enum: the choices; money: the currencies (ISO 4217)
    minimum: float | None = None  # number
    maximum: float | None = None  # number
    max_items: int = 0  # list: the declared bound
    item: tuple[Slot, ...] = ()  # list: its record's fields; one field named "" = scalar items
    description: str = ""  # what prompts tell the model


def slot_to_json(slot: Slot) -> dict[str, Any]:
    """`slot` as a JSON object without the fields that have their default."""
    data: dict[str, Any] = {"name": slot.name, "type": slot.type}
    defaults = Slot(name="", type="")
    for field in ("required", "personal", "default", "max_length", "minimum", "maximum",
                  "max_items", "description"):  # fmt: skip
        if getattr(slot, field) != getattr(defaults, field):
            data[field] = getattr(slot, field)
    if slot.values:
        data["values"] = list(slot.values)
    if slot.item:
        data["item"] = [slot_to_json(field) for field in slot.item]
    return data


def slot_from_json(data: Mapping[str, Any]) -> Slot:
    """The slot in a result of `slot_to_json`; TypeError or KeyError on anything else."""
    fields = dict(data)
    fields["values"] = tuple(fields.get("values", ()))
    fields["item"] = tuple(slot_from_json(field) for field in fields.get("item", ()))
    return Slot(**fields)
