"""A catalogue loads from its folder, or every contradiction in it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import CatalogueRefused

if TYPE_CHECKING:
    from pathlib import Path

    from edgefill.catalogue.catalogue import Catalogue
    from tests.edgefill.catalogue.conftest import Write

HELLO = "experiences/hello.yaml"
SHOP = "shop.yaml"
TIER = "tier: {values: [basic, gold], default: basic}"


def test_a_valid_catalogue_loads(write: Write) -> None:
    """Locales, experiences, slots, cases and fallbacks are those that its files declare."""
    catalogue = load_catalogue(write())
    entry = catalogue.entry("hello")
    assert (catalogue.locales, catalogue.default_locale) == (("en", "de"), "en")
    assert catalogue.locale_fallbacks == {"gsw": "de"}
    assert entry.fallbacks == {"en": "Hello {{ name }}", "de": "Hallo {{ name }}"}
    assert entry.experience.cases.resolve({"tier": "gold", "life": "new"}) == "gold.new"
    assert [slot.name for slot in entry.experience.slots] == ["name", "price"]
    assert entry.experience.slots[0].personal


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (SHOP, "default_locale: en", "default_locale: fr", "shop.yaml:3: default_locale: 'fr'"),
        (SHOP, "gsw: de", "gsw: fr", "shop.yaml:4: fallbacks.gsw: 'fr' is not among the locales"),
        (SHOP, "default: basic", "default: tin", "shop.yaml:6: dimensions.tier.default: 'tin'"),
        (SHOP, "[new, old]", "[any, old]", "shop.yaml:7: dimensions.life.values: 'any'"),
        (SHOP, "[en, de]", "[en, German]", "shop.yaml:2: locales.1: String should match"),
        (SHOP, "name: Shop\n", "", "shop.yaml:1: name: Field required"),
        (HELLO, "id: hello", "id: bye", "experiences/hello.yaml:1: id: must equal the file's name"),
        (HELLO, "id: hello", "id: Not A Slug", "experiences/hello.yaml:1: id: String should"),
        (HELLO, "format: text", "format: pdf", "experiences/hello.yaml:4: format: Input should"),
        (
            HELLO,
            "[warm, crisp]",
            "[warm, loud]",
            "experiences/hello.yaml:5: tones.1: the shop does",
        ),
        (HELLO, "[tier, life]", "[tier, mood]", "hello.yaml:7: cases.dimensions.1: the shop does"),
        (HELLO, "[life, tier]", "[life, mood]", "hello.yaml:8: cases.broaden.1: 'mood' is not"),
        (HELLO, ", any.any]", "]", "hello.yaml:9: cases.written: no case is written for 'basic"),
        (HELLO, "gold.new,", "gold.later,", "hello.yaml:9: cases.written: 'gold.later' is not a"),
        (HELLO, "gold.new,", "any.new,", "hello.yaml:9: cases.written: 'any.new' is never reached"),
        (HELLO, "gold.new,", "gold.any,", "hello.yaml:9: cases.written: a case is repeated"),
        (HELLO, "default: you, ", "", "hello.yaml:11: slots.name.default: a required slot needs"),
        (HELLO, "default: you", "default: 7", "slots.name.default: does not fit its slot: type"),
        (HELLO, "required: true", "personal: false", "slots.name.personal: a name is always"),
        (HELLO, "  name:", "  loop:", "hello.yaml:11: slots.loop: 'loop' is a reserved word"),
        (HELLO, "type: money, cur", "type: text, cur", "slots.price.currencies: does not fit"),
        (HELLO, "currencies: [EUR], ", "", "hello.yaml:12: slots.price.currencies: a slot of the"),
        (HELLO, "[EUR]", "[euro]", "hello.yaml:12: slots.price.currencies.0: String should"),
        (SHOP, TIER, f"{TIER[:-1]}, words: {{tin: {{}}}}}}", "words.tin: 'tin' is not among"),
        (SHOP, TIER, f"{TIER[:-1]}, words: {{gold: {{fr: []}}}}}}", "gold.fr: 'fr' is not among"),
        (
            SHOP,
            TIER,
            f"{TIER[:-1]}, words: {{gold: {{en: [gold]}}}}}}",
            "shop.yaml:6: dimensions.tier.words.gold.de: 'gold' has no words in 'de'",
        ),
        (
            SHOP,
            TIER,
            f"{TIER[:-1]}, words: {{gold: {{en: ['-']}}}}}}",
            "shop.yaml:6: dimensions.tier.words.gold.en.0: String should",
        ),
        (
            HELLO,
            "tones:",
            "tone:",
            "hello.yaml:5: tone: 'tone' is not a field here; did you mean 'tones'?",
        ),
    ],
)
def test_contradictions_are_refused(
    write: Write, file: str, old: str, new: str, expected: str
) -> None:
    """Every contradiction is refused with file, line, field and what is wrong."""
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(write(file, old, new))
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        ("{type: enum, description: d}", "choices: a slot of the type 'enum' needs this field"),
        ("{type: enum, choices: [a], default: b, description: d}", "does not fit its slot: choice"),
        ("{type: number, minimum: 2, maximum: 1, description: d}", "maximum: is below the minimum"),
        ("{type: list, item: {type: text}, description: d}", "max_items: a list needs a bound"),
        (
            "{type: list, max_items: 2, description: d}",
            "item: a slot of the type 'list' needs this field",
        ),
        (
            "{type: list, max_items: 1, item: {type: text}, default: [a, b], description: d}",
            "default: does not fit its slot: items",
        ),
        (
            "{type: list, max_items: 1, item: {cost: {type: money}}, description: d}",
            "item.cost.currencies: a slot of the type 'money' needs this field",
        ),
        (
            "{type: list, max_items: 1, item: {type: enum}, description: d}",
            "item.choices: a slot of the type 'enum' needs this field",
        ),
        ("{type: name, query: true, description: d}", "query: a personal slot is filled by the"),
        ("{type: text, personal: true, query: true, description: d}", "query: a personal slot"),
        (
            "{type: list, max_items: 1, item: {type: text}, query: true, description: d}",
            "query: a query cannot hold a list",
        ),
        ("{type: text, query: 1, description: d}", "query: Input should be a valid boolean"),
        ("{type: dat}", "type: Input should be"),
        ("{type: dat}", "did you mean 'date'? choose one of text, name, money"),
        ("{type: text, max_len: 3}", "'max_len' is not a field here; did you mean 'max_length'?"),
    ],
)
def test_slots_are_checked_by_type(write: Write, slot: str, expected: str) -> None:
    """Each type has the fields that it needs and no others, and its default fits."""
    old = "{type: money, currencies: [EUR], description: a price}"
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(write(HELLO, old, slot))
    assert str(refused.value).startswith("experiences/hello.yaml:12: slots.price.")
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("format: text", "format: json", "fields: a json experience must declare"),
        ("format: text", "format: text\nfields: [a]", "fields: only a json experience has fields"),
    ],
)
def test_fields_go_with_json(write: Write, old: str, new: str, expected: str) -> None:
    """Only a json experience declares the members of its object."""
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(write(HELLO, old, new))
    assert expected in str(refused.value)


def test_all_problems_of_a_file_are_reported(write: Write) -> None:
    """Several mistakes in one file are one refusal with a line each."""
    folder = write(HELLO, "[warm, crisp]", "[loud, shrill]")
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert len(str(refused.value).splitlines()) == 2


def test_every_locale_has_a_fallback(write: Write) -> None:
    """The error for a missing, empty or unreadable fallback names its file."""
    folder = write()
    german = folder / "fallbacks/hello/de.txt"
    for body, expected in ((b"\xff", "is not UTF-8"), (b" \n", "is empty"), (None, "is missing")):
        german.unlink() if body is None else german.write_bytes(body)
        with pytest.raises(CatalogueRefused, match=f"^fallbacks/hello/de.txt:.*{expected}"):
            load_catalogue(folder)


def test_a_catalogue_has_experiences(write: Write) -> None:
    """A folder without experiences is refused."""
    folder = write()
    (folder / HELLO).unlink()
    with pytest.raises(CatalogueRefused, match=r"^experiences: has no YAML file"):
        load_catalogue(folder)


def test_versions_follow_the_declaration(write: Write) -> None:
    """A goal changes the experience's version; a fallback changes only the catalogue's."""
    before = load_catalogue(write())
    fallback = load_catalogue(write("fallbacks/hello/de.txt", "Hallo", "Moin"))
    goal = load_catalogue(write(HELLO, "goal: greet", "goal: wave"))
    assert before.version != fallback.version != goal.version
    assert _read_version(before) == _read_version(fallback) != _read_version(goal)
    assert load_catalogue(write()).version == before.version


LINK = "{type: url, default: /x, query: true, description: a page}"
PRICE = "{type: money, currencies: [EUR], description: a price}"


def test_a_query_fills_no_slot_unless_it_is_declared(write: Write) -> None:
    """And links lead only to hosts that the shop names."""
    assert load_catalogue(write()).entry("hello").experience.query_slots == ()
    folder = write(HELLO, PRICE, LINK)
    (folder / SHOP).write_text(
        (folder / SHOP).read_text() + "link_hosts: [shop.example, 'a:8080']\n"
    )
    experience = load_catalogue(folder).entry("hello").experience
    assert experience.query_slots == ("price",)
    assert experience.link_hosts == ("shop.example", "a:8080")


def test_a_version_does_not_depend_on_queries(write: Write) -> None:
    """Nor does any draft: no text changes when a query may fill a slot."""
    plain = load_catalogue(write(HELLO, PRICE, LINK.replace("query: true, ", "")))
    folder = write(HELLO, PRICE, LINK)
    (folder / SHOP).write_text((folder / SHOP).read_text() + "link_hosts: [shop.example]\n")
    declared = load_catalogue(folder)
    assert declared.version == plain.version
    assert _read_version(declared) == _read_version(plain)


@pytest.mark.parametrize(
    "host",
    ["https://shop.example", "shop.example/", "Shop.example", "*.example", "a b", "", "-x", "x@y"],
)
def test_a_link_host_is_a_host(write: Write, host: str) -> None:
    """With a port if it has one; never a wildcard."""
    with pytest.raises(CatalogueRefused, match=r"shop.yaml:2: link_hosts.0"):
        load_catalogue(write(SHOP, "name: Shop\n", f"name: Shop\nlink_hosts: ['{host}']\n"))


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("q", "", "slots.q.query: 'q' is the question of /ask"),
        ("price", "format: text\nopen: true", "slots.price.query: a question takes no slot"),
    ],
)
def test_a_question_shares_no_parameter_with_a_slot(
    write: Write, name: str, change: str, expected: str
) -> None:
    """`q` is the question, and what answers it takes nothing else."""
    folder = write(HELLO, f"price: {PRICE}", f"{name}: {LINK}")
    text = (folder / HELLO).read_text()
    (folder / HELLO).write_text(text.replace("format: text", change or "format: text"))
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert expected in str(refused.value)


def _read_version(catalogue: Catalogue) -> str:
    return catalogue.entry("hello").experience.version


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The error has the whole path, as files are otherwise named relative to it."""
    with pytest.raises(CatalogueRefused, match=f"{tmp_path / 'nothing'}: is not a folder"):
        load_catalogue(tmp_path / "nothing")
