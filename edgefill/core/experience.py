"""Experiences: one thing a product says, with its slots, cases, format and constraints."""

from __future__ import annotations

from edgefill.core.cases import CaseSpec, case_spec_from_json, case_spec_to_json
from edgefill.core.slots import Slot, slot_from_json, slot_to_json
from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}


@value
class Experience:
    """The declaration of one experience."""

    id: str
    version: str  # hash of the declaration; a template for another version is not used
    format: str  # html | json | text
    slots: tuple[Slot, ...]
    cases: CaseSpec
    anonymous: bool = True  # False: the answer to a visitor without a valid token is 401
    fields: tuple[str, ...] = ()  # json: the members of the object, all strings
    max_chars: int = 1200  # the length of the template's text
    forbidden: tuple[str, ...] = ()  # words that no template may use, in any letter case
    open: bool = False  # True: it answers free questions, each of which is a case
    query_slots: tuple[str, ...] = ()  # slots that a query may fill; never a personal one
    link_hosts: tuple[str, ...] = ()  # hosts that an address in a query may lead to

    def find_slot(self, name: str) -> Slot | None:
        """The declared slot of that name."""
        return next((slot for slot in self.slots if slot.name == name), None)


def experience_to_json(experience: Experience) -> dict[str, Any]:
    """`experience` as a JSON object."""
    return {
        "id": experience.id,
        "version": experience.version,
        "format": experience.format,
        "slots": [slot_to_json(slot) for slot in experience.slots],
        "cases": case_spec_to_json(experience.cases),
        "anonymous": experience.anonymous,
        "fields": list(experience.fields),
        "max_chars": experience.max_chars,
        "forbidden": list(experience.forbidden),
        "open": experience.open,
        "query_slots": list(experience.query_slots),
        "link_hosts": list(experience.link_hosts),
    }


def experience_from_json(data: Mapping[str, Any]) -> Experience:
    """The experience in a result of `experience_to_json`; KeyError or TypeError otherwise."""
    return Experience(
        **dict(data)
        | {
            "slots": tuple(slot_from_json(slot) for slot in data["slots"]),
            "cases": case_spec_from_json(data["cases"]),
            "fields": tuple(data["fields"]),
            "forbidden": tuple(data["forbidden"]),
            # absent in packs of before 2027: no query fills a slot
            "query_slots": tuple(data.get("query_slots", ())),
            "link_hosts": tuple(data.get("link_hosts", ())),
        }
    )
