"""TemplateSpec: the format, slots and length of a template, as a request declares them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edgefill.core.errors import InputRefused
from edgefill.core.slots import SLOT_TYPES, Slot
from gpu_service.grammar import slot_syntax

FORMATS = ("html", "json", "text")
MAX_REQUIRED = 30  # the grammar's state has one bit per required slot
MAX_FIELDS = 15
MAX_VALUES = 5000  # of all slots together: each value is an alternative of the grammar
MAX_ITEM_FIELDS = 32
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSpec:
    """What a template must look like; the input of build_grammar."""

    format: str  # html | json | text
    slots: tuple[Slot, ...]
    fields: tuple[str, ...] = ()  # the object's members, for format json
    max_chars: int = 1200


def check_spec(spec: TemplateSpec) -> None:
    """InputRefused when no grammar can be built from `spec`; it names the field and the remedy."""
    if spec.format not in FORMATS:
        raise InputRefused(f"format {spec.format!r}: write html, json or text")
    if spec.format == "json" and not 0 < len(spec.fields) <= MAX_FIELDS:
        raise InputRefused(f"fields: a json template has 1 to {MAX_FIELDS} fields")
    if sum(slot.required for slot in spec.slots) > MAX_REQUIRED:
        raise InputRefused(f"slots: at most {MAX_REQUIRED} may be required")
    if sum(len(slot.values) for slot in spec.slots) > MAX_VALUES:
        raise InputRefused(f"slots: at most {MAX_VALUES} values may be declared")
    for names in ([slot.name for slot in spec.slots], spec.fields):
        duplicates = [name for name in names if list(names).count(name) > 1]
        if duplicates:
            raise InputRefused(f"{duplicates[0][:64]!r} is declared twice; declare it once")
    for slot in spec.slots:
        _check_slot(slot)


def _check_slot(slot: Slot) -> None:
    if len(slot.item) > MAX_ITEM_FIELDS:
        raise InputRefused(f"slot {slot.name[:64]!r}: an item has at most {MAX_ITEM_FIELDS} fields")
    names = [slot.name, *(field.name for field in slot.item if field.name)]
    for name in names:
        if not NAME.fullmatch(name):
            raise InputRefused(
                f"slot {name[:64]!r}: write a name of letters, digits and _ (at most 64)"
            )
    if slot.type not in SLOT_TYPES:
        raise InputRefused(
            f"slot {slot.name!r}: unknown type {slot.type!r}; write one of {', '.join(SLOT_TYPES)}"
        )
    if not slot_syntax.is_writable(slot) or any(field.type == "list" for field in slot.item):
        raise InputRefused(f"slot {slot.name!r}: a list needs an item field that can be printed")
