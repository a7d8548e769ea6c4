"""A delayed order in HTML, and messages that are derived from it."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.core.value import replace

NAME = Slot(name="name", type="name", required=True, default="you", personal=True)
ORDER = Slot(name="order_id", type="text", required=True, default="(x)", personal=True)
DATE = Slot(name="new_date", type="date", personal=True)
VOUCHER = Slot(name="voucher", type="money", personal=True, values=("EUR",))


def make_entry(id_: str, **fields: Any) -> CatalogueEntry:
    experience = Experience(
        id=id_, version="1", format="text", slots=(NAME, ORDER, DATE), cases=CaseSpec()
    )
    return CatalogueEntry(
        experience=replace(experience, **fields),
        title=id_,
        goal="say that it is late",
        fallbacks={"en": "Late."},
        tones=("crisp",),
    )


@pytest.fixture
def source() -> CatalogueEntry:
    return make_entry("delayed", format="html", slots=(NAME, ORDER, DATE, VOUCHER))
