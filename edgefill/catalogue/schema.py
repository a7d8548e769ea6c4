"""The schema of the catalogue's YAML files; checks.py checks that their fields agree."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Word: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Label: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Phrase: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80, pattern=r"\w")
]
Currency: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Locale: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")
]
Host: TypeAlias = Annotated[
    str,
    StringConstraints(
        max_length=253,
        pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$",
    ),
]
SlotType: TypeAlias = Literal[
    "text", "name", "money", "number", "date", "datetime", "url", "enum", "boolean", "list"
]

# how texts of a shop without tones of its own sound
PLAIN_TONE = "clear and friendly, in everyday words"


class StrictSection(BaseModel):
    """A part of a file: no undeclared fields, no conversions of types, only finite numbers."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class DimensionSection(StrictSection):
    """One dimension of the cases.

    `words` has, for each value and locale, the phrases that address visitors with that value.
    """

    values: list[Slug] = Field(min_length=1)
    default: Slug
    words: dict[Slug, dict[Locale, list[Phrase]]] = Field(default_factory=dict)


class ShopAskSection(StrictSection):
    """How free questions are routed; without this section the shop does not answer them.

    `answer` is the open experience for questions that no other experience answers. The first of
    `tenants` applies to a visitor who names none. The first two `audiences` apply to a visitor
    without a token and to one whose token names no audience; others may follow. `clarify` is, by
    locale, the text before the links of a clarifying answer; without it no such answer is given.
    `budget` is the allowed share of wrong templates among those that are served.
    """

    answer: Slug
    tenants: list[Slug] = Field(min_length=1)
    audiences: list[Slug] = Field(min_length=2)
    clarify: dict[Locale, Label] = Field(default_factory=dict)
    budget: float = Field(default=0.02, gt=0, lt=1)


class ExperienceAskSection(StrictSection):
    """Whose questions lead to an experience, and its link text; an empty list means everyone.

    `asserts` are the states of questions/states.yaml that its text asserts.
    """

    labels: dict[Locale, Label] = Field(default_factory=dict)
    asserts: list[Slug] = Field(default_factory=list)
    tenants: list[Slug] = Field(default_factory=list)
    audiences: list[Slug] = Field(default_factory=list)


class ShopFile(StrictSection):
    """`catalogue/shop.yaml`: what all experiences have in common."""

    name: Sentence
    locales: list[Locale] = Field(min_length=1)
    # "": the first of the locales
    default_locale: Locale = ""
    fallbacks: dict[Locale, Locale] = Field(default_factory=dict)
    dimensions: dict[Word, DimensionSection] = Field(default_factory=dict)
    # hosts that an address in a query may lead to, in addition to the shop's own paths
    link_hosts: list[Host] = Field(default_factory=list)
    # each tone and how it sounds
    tones: dict[Slug, Sentence] = Field(default={"plain": PLAIN_TONE}, min_length=1)
    ask: ShopAskSection | None = None


class FieldSection(StrictSection):
    """One field of a list's records, or its scalar items."""

    type: Literal["text", "money", "number", "date", "datetime", "url", "enum", "boolean"]
    max_length: int = Field(default=80, gt=0, le=2000)
    choices: list[str] = Field(default_factory=list)
    currencies: list[Currency] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    description: str = Field(default="", max_length=120)


class SlotSection(StrictSection):
    """One slot; checks.py checks which fields its type may have."""

    type: SlotType
    required: bool = False
    # None: a name is personal, every other type is not
    personal: bool | None = None
    # whether a link to the page may fill it by its query; anybody can write such a link
    query: bool = False
    default: Any = None
    max_length: int = Field(default=200, gt=0, le=2000)
    choices: list[str] = Field(default_factory=list)
    currencies: list[Currency] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    max_items: int = Field(default=0, ge=0, le=100)
    item: FieldSection | dict[Word, FieldSection] | None = None
    # "": the slot's name in words
    description: Sentence = ""


class CasesSection(StrictSection):
    """The dimensions that an experience distinguishes and the cases that it is written for."""

    dimensions: list[Word] = Field(default_factory=list)
    broaden: list[Word] = Field(default_factory=list)
    written: list[str] | Literal["all"] = "all"


class DeriveSection(StrictSection):
    """The experience whose accepted texts a derived one is made from."""

    source: Slug = Field(alias="from")


class ExperienceFile(StrictSection):
    """`catalogue/experiences/<id>.yaml`."""

    # "": the file's name
    id: Slug = ""
    # "": the id in words
    title: Sentence = ""
    goal: Sentence
    format: Literal["html", "json", "text"] = "html"
    anonymous: bool = True
    # it answers free questions: each is a key of its own, whose template a miss generates
    open: bool = False
    # its texts are made from another experience's accepted texts
    derive: DeriveSection | None = None
    # empty: the first of the shop's tones
    tones: list[Slug] = Field(default_factory=list)
    max_chars: int = Field(default=1200, gt=0, le=20_000)
    fields: list[Word] = Field(default_factory=list)
    forbidden: list[Annotated[str, StringConstraints(min_length=2)]] = Field(default_factory=list)
    ask: ExperienceAskSection = ExperienceAskSection()
    cases: CasesSection = CasesSection()
    slots: dict[Word, SlotSection] = Field(min_length=1)
