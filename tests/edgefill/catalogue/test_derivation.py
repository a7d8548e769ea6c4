"""A derived experience has its source's cases and a subset of its slots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import CatalogueRefused

if TYPE_CHECKING:
    from tests.edgefill.catalogue.conftest import Write

SMS = """\
id: brief
title: A short greeting
goal: greet in a line
format: text
derive: {from: hello}
tones: [crisp]
max_chars: 80
slots:
  name: {type: name, required: true, default: you, description: first name}
"""
CASES = "cases: {dimensions: [tier, life], broaden: [life, tier], written: [gold.new, any.any]}\n"


def put(folder: Path, text: str, name: str = "brief") -> Path:
    (folder / f"experiences/{name}.yaml").write_text(text, encoding="utf-8")
    (folder / f"fallbacks/{name}").mkdir()
    for locale in ("en", "de"):
        (folder / f"fallbacks/{name}/{locale}.txt").write_text("Hi {{ name }}", encoding="utf-8")
    return folder


def test_cases_are_inherited(write: Write) -> None:
    catalogue = load_catalogue(put(write(), SMS))
    brief, hello = catalogue.entry("brief"), catalogue.entry("hello")
    assert (brief.derived_from, hello.derived_from) == ("hello", "")
    assert brief.experience.cases == hello.experience.cases
    assert [each.experience.id for each in catalogue.list_drafted_entries()] == ["hello"]


def test_sources_are_listed_before_what_is_derived_from_them(write: Write) -> None:
    """Although `brief` comes first in the alphabet."""
    keys = [key.experience for key in load_catalogue(put(write(), SMS)).list_keys()]
    assert keys == ["hello"] * 6 + ["brief"] * 6


def test_a_change_of_the_source_is_one_of_the_derived_text(write: Write) -> None:
    """A text made from another declaration's is not used."""
    before = load_catalogue(put(write(), SMS)).entry("brief").experience.version
    folder = write("experiences/hello.yaml", "goal: greet", "goal: greet warmly")
    assert load_catalogue(folder).entry("brief").experience.version != before


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("from: hello", "from: nobody", "5: derive.from: 'nobody' is not an experience"),
        ("from: hello", "from: brief", "5: derive.from: 'brief' is derived itself"),
        ("from: hello", "from: open", "5: derive.from: 'open' is open"),
        ("tones:", "open: true\ntones:", "6: open: a derived experience has its source's"),
        ("tones:", "ask: {}\ntones:", "6: ask: questions lead to 'hello', not to a derived"),
        ("tones:", CASES + "tones:", "6: cases: must be those of 'hello'; remove this field"),
        ("  name: {type: name", "  nick: {type: name", "9: slots.nick: 'hello' has no such slot"),
        ("{type: name", "{type: text", "9: slots.name.type: must be 'name', as in 'hello'"),
        ("{from: hello}", "{}", "5: derive.from: Field required"),
    ],
)
def test_what_does_not_fit_the_source_is_refused(
    write: Write, old: str, new: str, problem: str
) -> None:
    folder = put(write(), SMS.replace(old, new))
    open_file = SMS.replace("brief", "open").replace("derive: {from: hello}", "open: true")
    put(folder, open_file, "open")
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert f"experiences/brief.yaml:{problem}" in str(refused.value)


def test_the_same_cases_may_be_declared(write: Write) -> None:
    same = CASES.replace("written: [", "written: [gold.any, ").replace(
        "gold.any, gold.new", "gold.new, gold.any"
    )
    catalogue = load_catalogue(put(write(), SMS + same))
    assert catalogue.entry("brief").experience.cases.names == ("gold.new", "gold.any", "any.any")


def test_a_derived_text_is_as_private_as_its_source(write: Write) -> None:
    """Both for visitors without a token and for each slot."""
    price = "price: {type: money, currencies: [EUR], description: a price"
    folder = write("experiences/hello.yaml", f"{price}}}", f"{price}, personal: true}}")
    hello = (folder / "experiences/hello.yaml").read_text(encoding="utf-8")
    (folder / "experiences/hello.yaml").write_text(
        hello.replace("tones:", "anonymous: false\ntones:"), encoding="utf-8"
    )
    put(folder, f"{SMS}  {price}}}\n")
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert "anonymous: must be false, as in 'hello'" in str(refused.value)
    assert "slots.price.personal: must be true, as in 'hello'" in str(refused.value)
