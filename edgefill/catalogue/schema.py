"""The shape of the catalogue's files; what their fields must say to each other is in checks.py."""

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
SlotType: TypeAlias = Literal[
    "text", "name", "money", "number", "date", "datetime", "url", "enum", "boolean", "list"
]


class _StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DimensionSection(_StrictModel):
    """One axis of the cases.

    `words`: for each value and locale, the phrases that say to a reader that it is theirs.
    """

    values: list[Slug] = Field(min_length=1)
    default: Slug
    words: dict[Slug, dict[Locale, list[Phrase]]] = Field(default_factory=dict)


class ShopAskSection(_StrictModel):
    """How free questions are routed; without it the shop answers none.

    `answer` is the open experience behind the questions that no other one answers. The first of
    `tenants` is that of a visitor who names none; `audiences` are those of a visitor without a
    token and of one whose token names none, then any others. `clarify` introduces in each locale
    the links of a clarifying answer; without it there are none. `budget` is the share of wrong
    templates among those that are served.
    """

    answer: Slug
    tenants: list[Slug] = Field(min_length=1)
    audiences: list[Slug] = Field(min_length=2)
    clarify: dict[Locale, Label] = Field(default_factory=dict)
    budget: float = Field(default=0.02, gt=0, lt=1)


class ExperienceAskSection(_StrictModel):
    """Whose questions lead to an experience, and what its link says; empty lists are everybody."""

    labels: dict[Locale, Label] = Field(default_factory=dict)
    tenants: list[Slug] = Field(default_factory=list)
    audiences: list[Slug] = Field(default_factory=list)


class ShopFile(_StrictModel):
    """`catalogue/shop.yaml`: what all experiences share."""

    name: Sentence
    locales: list[Locale] = Field(min_length=1)
    default_locale: Locale
    fallbacks: dict[Locale, Locale] = Field(default_factory=dict)
    dimensions: dict[Word, DimensionSection] = Field(default_factory=dict)
    tones: dict[Slug, Sentence] = Field(min_length=1)  # each tone and how it sounds
    ask: ShopAskSection | None = None


class FieldSection(_StrictModel):
    """One field of a list's records, or its scalar items."""

    type: Literal["text", "money", "number", "date", "datetime", "url", "enum", "boolean"]
    max_length: int = Field(default=80, gt=0, le=2000)
    choices: list[str] = Field(default_factory=list)
    currencies: list[Currency] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    description: str = Field(default="", max_length=120)


class SlotSection(_StrictModel):
    """One slot; which fields go with which type is checked in checks.py."""

    type: SlotType
    required: bool = False
    personal: bool | None = None  # None: a name is, all others are not
    default: Any = None
    max_length: int = Field(default=200, gt=0, le=2000)
    choices: list[str] = Field(default_factory=list)
    currencies: list[Currency] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    max_items: int = Field(default=0, ge=0, le=100)
    item: FieldSection | dict[Word, FieldSection] | None = None
    description: Sentence


class CasesSection(_StrictModel):
    """The dimensions an experience distinguishes and the cases it is written for."""

    dimensions: list[Word] = Field(default_factory=list)
    broaden: list[Word] = Field(default_factory=list)
    written: list[str] | Literal["all"] = "all"


class ExperienceFile(_StrictModel):
    """`catalogue/experiences/<id>.yaml`."""

    id: Slug
    title: Sentence
    goal: Sentence
    format: Literal["html", "json", "text"]
    anonymous: bool = True
    open: bool = False  # it answers questions, each a key of its own, that misses write
    tones: list[Slug] = Field(min_length=1)
    max_chars: int = Field(default=1200, gt=0, le=20_000)
    fields: list[Word] = Field(default_factory=list)
    forbidden: list[Annotated[str, StringConstraints(min_length=2)]] = Field(default_factory=list)
    ask: ExperienceAskSection = ExperienceAskSection()
    cases: CasesSection = CasesSection()
    slots: dict[Word, SlotSection] = Field(min_length=1)
