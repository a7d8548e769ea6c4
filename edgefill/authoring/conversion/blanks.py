"""Names and types of the blanks that a template of another system prints or tests."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from edgefill.catalogue.checks import RESERVED_WORDS

# words of a blank's name that tell its type, in the languages of the mails that people convert
_HINTS: Mapping[str, frozenset[str]] = {
    "name": frozenset(("name", "firstname", "lastname", "vorname", "nachname", "prenom", "nom")),
    "url": frozenset(("url", "link", "href", "lien", "uri")),
    "date": frozenset(("date", "day", "datum", "tag", "jour")),
    "money": frozenset(("price", "total", "amount", "preis", "betrag", "summe", "prix", "montant")),
    "number": frozenset(("count", "points", "punkte", "quantity", "anzahl", "nombre", "percent")),
}
_CURRENCIES: Mapping[str, object] = {"currencies": ["EUR", "USD", "GBP", "CHF"]}


@dataclass(slots=True, kw_only=True)
class SourceBlank:
    """A slot to declare; `fields` are those of a list's items.

    A text that is only tested, neither printed nor compared, is declared as a boolean.
    """

    name: str
    type: str
    is_only_tested: bool = True
    fields: dict[str, SourceBlank] = field(default_factory=dict)

    def declare(self) -> dict[str, object]:
        """The slot's section in an experience's file."""
        words = self.name.replace("_", " ")
        is_flag = self.is_only_tested and self.type == "text"
        declared: dict[str, object] = {"type": "boolean" if is_flag else self.type}
        if self.type == "list":
            fields = {name: each.declare_field() for name, each in self.fields.items()}
            declared["max_items"] = 20
            declared["item"] = fields or {"type": "text"}
        if self.type == "url":
            declared.update({"required": True, "default": "/"})
        if self.type == "money":
            declared.update(_CURRENCIES)
        return declared | {"personal": True, "description": words}

    def declare_field(self) -> dict[str, object]:
        """The section of a field of a list's items."""
        type_ = "text" if self.type in ("name", "list") else self.type
        return {"type": type_, **(_CURRENCIES if type_ == "money" else {})}


def guess_type(name: str) -> str:
    """The slot type that the words of a name suggest; `text` if they suggest none."""
    words = name.split("_")
    return next((each for each in _HINTS if any(_suggests(word, each) for word in words)), "text")


def _suggests(word: str, type_: str) -> bool:
    """Whether a word is a hint, or a compound that ends in a long one, as gesamtbetrag does."""
    hints = _HINTS[type_]
    return word in hints or any(word.endswith(hint) for hint in hints if len(hint) > 4)


def make_slot_name(path: str) -> str:
    """`customer.first_name` as first_name: the last part in lower case, words joined by `_`."""
    last = path.replace("${", "").replace("}", "").split(".")[-1].strip()
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last).lower()
    ascii_only = unicodedata.normalize("NFKD", snake).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")
    if not name or not name[0].isalpha():
        name = f"slot_{name}".rstrip("_")
    return f"{name}_value" if name in RESERVED_WORDS or hasattr(dict, name) else name
