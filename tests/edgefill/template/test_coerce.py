"""Raw input in the form of its slot, or one word why it does not fit."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import SlotValueRefused
from edgefill.core.slots import SLOT_TYPES, Slot
from edgefill.template.coerce import coerce_value, coerce_values, is_safe_url

TEXT = Slot(name="x", type="text", max_length=5)
NUMBER = Slot(name="x", type="number", minimum=0, maximum=10)
BOOLEAN = Slot(name="x", type="boolean")
ENUM = Slot(name="x", type="enum", values=("a", "b"))
MONEY = Slot(name="x", type="money", values=("EUR", "USD"))
DATE = Slot(name="x", type="date")
DATETIME = Slot(name="x", type="datetime")
URL = Slot(name="x", type="url", max_length=40)
TAGS = Slot(name="x", type="list", max_items=2, item=(Slot(name="", type="text"),))
PARTS = Slot(
    name="x",
    type="list",
    max_items=2,
    item=(Slot(name="title", type="text"), Slot(name="qty", type="number", default=1)),
)


@pytest.mark.parametrize(
    ("slot", "raw", "value"),
    [
        (TEXT, "  a\tb\r\nc ", "a b c"),
        (TEXT, "a\x00\x1b\x7f\x9f\ud800b", "ab"),
        (NUMBER, 3, 3),
        (NUMBER, "3", 3),
        (NUMBER, "2.5", 2.5),
        (BOOLEAN, True, True),
        (BOOLEAN, "true", True),
        (BOOLEAN, "false", False),
        (ENUM, "b", "b"),
        (MONEY, "129.90 EUR", "129.90 EUR"),
        (MONEY, "-1 USD", "-1 USD"),
        (DATE, "2024-02-29", "2024-02-29"),
        (DATETIME, "2026-11-23t14:05:00z", "2026-11-23T14:05:00Z"),
        (DATETIME, "2026-11-23 14:05:00.5+01:00", "2026-11-23T14:05:00.5+01:00"),
        (URL, "https://shop.example/a?b=c#d", "https://shop.example/a?b=c#d"),
        (TAGS, ["a", "b"], ["a", "b"]),
        (PARTS, ({"title": "a"},), [{"title": "a", "qty": 1}]),
    ],
)
def test_values_that_fit(slot: Slot, raw: object, value: object) -> None:
    """Each type takes its own form, and a query's strings for numbers and booleans."""
    assert coerce_value(slot, raw) == value


@pytest.mark.parametrize(
    ("slot", "raw", "reason"),
    [
        (TEXT, 3, "type"),
        (TEXT, "abcdef", "length"),
        (TEXT, " \t ", "length"),
        (NUMBER, "three", "format"),
        (NUMBER, "1e3", "format"),
        (NUMBER, True, "type"),
        (NUMBER, None, "type"),
        (NUMBER, 11, "range"),
        (NUMBER, -1, "range"),
        (NUMBER, float("nan"), "range"),
        (Slot(name="x", type="number"), 10**16, "range"),
        (BOOLEAN, 1, "type"),
        (BOOLEAN, ["true"], "type"),
        (ENUM, "c", "choice"),
        (MONEY, "129,90 EUR", "format"),
        (MONEY, "1 GBP", "choice"),
        (DATE, "2026-02-29", "format"),
        (DATE, "2026-13-01", "format"),
        (DATE, "0000-01-01", "format"),
        (DATE, "23.11.2026", "format"),
        (DATETIME, "2026-11-23", "format"),
        (DATETIME, "2026-11-23T14:05:60Z", "format"),
        (DATETIME, "2026-11-23T14:05:00", "format"),
        (URL, "java\nscript:x", "control"),
        (URL, "", "length"),
        (URL, "/" + "a" * 40, "length"),
        (URL, "javascript:alert(1)", "scheme"),
        (TAGS, "a", "type"),
        (TAGS, ["a", "b", "c"], "items"),
        (TAGS, ["a", 3], "type"),
        (PARTS, [{"title": "a", "other": "b"}], "type"),
        (PARTS, [{"qty": 3}], "type"),
        (PARTS, [{"title": "a", "qty": "x"}], "format"),
        (PARTS, ["a"], "type"),
    ],
)
def test_values_that_do_not_fit(slot: Slot, raw: object, reason: str) -> None:
    """A refusal names the slot and one word, never the value."""
    with pytest.raises(SlotValueRefused) as refusal:
        coerce_value(slot, raw)
    assert (refusal.value.slot, refusal.value.reason) == ("x", reason)


@pytest.mark.parametrize(
    "url",
    ["//evil.example", "/\\evil.example", "\\\\evil", "http:evil", "https:///x", "https://\\x",
     "JavaScript:x", "data:text/html,x", "vbscript:x", " /x", "a b", "12:30", "x&colon;y:z"],
)  # fmt: skip
def test_unsafe_urls(url: str) -> None:
    """Other schemes, protocol-relative links and look-alikes are not safe."""
    assert not is_safe_url(url)


@pytest.mark.parametrize(
    "url", ["/", "a/b:c", "?q=a:b", "#x:y", "HTTPS://a", "mailto:a@b.example", "http://a:80/"]
)
def test_safe_urls(url: str) -> None:
    """Relative links, http(s) and mailto are safe."""
    assert is_safe_url(url)


BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HIDDEN = "\xad\u180e\u200b\u2060\u2061\u2064\u206a\u206f\ufeff\ufff9\ufffb"
INKLESS = "\u034f\u115f\u1160\u17b4\u180b\u200c\u200d\u2800\u3164\ufe0f\uffa0\u3000\xa0\U000e0020"
NAME = Slot(name="x", type="name", max_length=20, default="Crew")


@pytest.mark.parametrize("mark", BIDI + HIDDEN)
def test_marks_that_turn_or_hide_text_are_removed(mark: str) -> None:
    """A name cannot change the direction of the sentence around it."""
    for raw in (f"Ada{mark}", f"{mark}Ada", f"A{mark}da", f"{mark} Ada{mark}{mark} "):
        assert coerce_value(NAME, raw) == "Ada"
        assert coerce_value(TAGS, [raw]) == ["Ada"]
    with pytest.raises(SlotValueRefused, match="control"):
        coerce_value(URL, f"/a{mark}b")


@given(st.text(alphabet=BIDI + HIDDEN + INKLESS + " \n\0", max_size=12))
def test_a_name_that_prints_nothing_takes_the_default(raw: str) -> None:
    """Instead of "Hello , your order"."""
    assert coerce_values((NAME,), {"x": raw}) == ({"x": "Crew"}, {"x": "length"})


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Zo\xeb",
            "\u05d0\u05d3\u05d4",
            "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
            "\u674e \u96f7",
            "\u0421\u0430\u0448\u0430",
        ),
        *(
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\u2764\ufe0f",
            "O\u2019Neil",
            "Jean-Luc",
            "\u1112\u1161\u11ab",
        ),
    ],
)
def test_names_of_all_scripts_are_kept(name: str) -> None:
    """With the joiners that some need: Persian, emoji."""
    assert coerce_value(NAME, name) == name


@given(st.text(max_size=30))
def test_no_text_turns_the_direction_or_prints_nothing(raw: str) -> None:
    """Whatever was sent: the oracle is the character database."""
    values, _ = coerce_values((NAME,), {"x": raw})
    text = str(values["x"])
    kinds = {unicodedata.bidirectional(each) for each in text}
    assert not kinds & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not {unicodedata.category(each) for each in text} <= {"Cf", "Cc", "Zs", "Zl", "Zp"}


def test_a_slot_gets_the_raw_value_else_the_default_else_nothing() -> None:
    """Refused and missing values fall to the default; null counts as missing."""
    slots = (
        Slot(name="a", type="text", default="x"),
        Slot(name="b", type="number", default=1),
        Slot(name="c", type="date"),
        Slot(name="d", type="text"),
    )
    values, refusal = coerce_values(slots, {"a": "hi", "b": "no", "c": None, "d": 3, "other": 1})
    assert values == {"a": "hi", "b": 1}
    assert refusal == {"b": "format", "d": "type"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(type_=st.sampled_from(SLOT_TYPES), raw=JSON)
def test_nothing_but_a_refusal_is_raised(type_: str, raw: object) -> None:
    """Any JSON at all is either a value or a refusal."""
    slot = Slot(name="x", type=type_, values=("EUR",), max_items=2, item=PARTS.item)
    values, refusal = coerce_values((slot,), {"x": raw})
    assert len(values) + len(refusal) == (raw is not None)
