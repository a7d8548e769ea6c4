"""Plans: all keys, or the most demanded; demand files, valid and invalid."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from lambdas.batch.plan import (
    group_by_source,
    rank_by_demand,
    read_demand,
    take_with_sources,
    unique_keys,
)

KEYS = st.builds(
    Key,
    experience=st.sampled_from(["a", "b"]),
    locale=st.sampled_from(["en", "de"]),
    case=st.sampled_from(["any", "gold"]),
)
GOLD, BASIC = parse_key("greeting/en/gold"), parse_key("greeting/de/basic")
CATALOGUE_KEYS = {GOLD, BASIC}


def test_plans_every_key_of_the_catalogue(catalogue: Catalogue) -> None:
    """Experience by locale by written case, in the catalogue's order."""
    assert [str(key) for key in unique_keys(catalogue.list_keys())] == [
        "greeting/en/gold", "greeting/en/basic", "greeting/en/any",
        "greeting/de/gold", "greeting/de/basic", "greeting/de/any",
    ]  # fmt: skip


@given(st.dictionaries(KEYS, st.integers(min_value=0, max_value=3)), st.integers(1, 9))
def test_no_omitted_key_is_in_more_demand(demand: dict[Key, int], top: int) -> None:
    """The plan holds the most demanded keys in descending order, the same in every run."""
    plan = rank_by_demand(demand, top)
    counts = [demand[key] for key in plan]
    assert len(plan) == min(top, len(demand))
    assert counts == sorted(counts, reverse=True)
    assert all(demand[key] <= min(counts) for key in demand.keys() - set(plan))
    assert plan == rank_by_demand(dict(reversed(demand.items())), top)


def test_without_a_limit_every_demanded_key_is_planned() -> None:
    """Without `top` nothing is cut off."""
    demand = {Key(experience="a", locale="en", case=case): 1 for case in ("x", "y")}
    assert set(rank_by_demand(demand)) == demand.keys()


def read(folder: Path, text: str | bytes) -> dict[Key, int]:
    """Read a demand file that holds `text`."""
    path = folder / "demand.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return dict(read_demand(path, CATALOGUE_KEYS))


@pytest.mark.parametrize(
    "text",
    [
        "greeting/en/gold,5\ngreeting/de/basic,7\n",
        "key,count\ngreeting/en/gold,5\n\n greeting/de/basic , 7 \n",
        "\ufeffKey,Count\r\ngreeting/en/gold,5\r\ngreeting/de/basic,7",
        "greeting/en/gold,2\ngreeting/de/basic,7\ngreeting/en/gold,3\n",
        '{"greeting/en/gold": 5, "greeting/de/basic": 7}',
        '[{"key": "greeting/en/gold", "count": 5}, {"key": "greeting/de/basic", "count": 7}]',
    ],
)
def test_reads_csv_and_json(tmp_path: Path, text: str) -> None:
    """CSV and JSON give the same counts; counts of one key are added."""
    assert read(tmp_path, text) == {GOLD: 5, BASIC: 7}


def test_an_empty_file_is_no_demand(tmp_path: Path) -> None:
    """No key is in demand."""
    assert read(tmp_path, "") == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("greeting/en/gold,5\ngreeting/en,1", r"demand\.csv:2: not a key: 'greeting/en'"),
        ("greeting/en/silver,1", r"demand\.csv:1: the catalogue has no key 'greeting/en/silver'"),
        ("greeting/en/gold,many", r"demand\.csv:1: count 'many' is not a whole number"),
        ("greeting/en/gold,-1", r"demand\.csv:1: count '-1'"),
        ("greeting/en/gold,1.5", r"demand\.csv:1: count '1\.5'"),
        ("greeting/en/gold,²", r"demand\.csv:1: count '²'"),
        ("greeting/en/gold", r"demand\.csv:1: count 'None'"),
        ("a,b,c", r"demand\.csv:1: not a key: 'a,b,c'"),
        ('{"greeting/en/gold": true}', r"demand\.csv:1: count 'True'"),
        ('{\n"greeting/en/gold": 1,\n"greeting/x/y": 1}', r"demand\.csv:3: the catalogue"),
        ('[\n{"key": "greeting/en/gold",\n "count": "x"}]', r"demand\.csv:2: count 'x'"),
        ('["greeting/en/gold"]', r"demand\.csv:1: count 'None'"),
        ("[3]", r"demand\.csv:1: not a key: '3'"),
        ('{"a":\n 1,}', r"demand\.csv:2: invalid JSON"),
        (b"\xff\xfe", r"demand\.csv: cannot be read as UTF-8"),
    ],
)
def test_names_file_and_line_of_a_bad_entry(
    tmp_path: Path, text: str | bytes, complaint: str
) -> None:
    """An invalid entry is named with its place and its remedy."""
    with pytest.raises(InputRefused, match=complaint):
        read(tmp_path, text)


def test_names_several_bad_lines_at_once(tmp_path: Path) -> None:
    """Five bad lines are named, the rest counted."""
    with pytest.raises(InputRefused, match=r"csv:1: .*csv:5: .*; and 2 more$"):
        read(tmp_path, "bad,1\n" * 7)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The error names the path."""
    with pytest.raises(InputRefused, match=r"nowhere\.csv: cannot be read"):
        read_demand(tmp_path / "nowhere.csv", CATALOGUE_KEYS)


def test_a_cell_over_the_limit_of_csv_is_refused(tmp_path: Path) -> None:
    """File and line are named."""
    with pytest.raises(InputRefused, match=r"demand\.csv:\d: invalid CSV"):
        read(tmp_path, "x" * 1_000_000)


def test_a_derived_key_comes_after_its_source() -> None:
    """The source is taken too, wherever it ranks; `top` counts both."""
    catalogue = load_catalogue(Path("templates/catalogue"))
    sms, source, other = (
        parse_key(f"{name}/en/any.any")
        for name in ("order-delayed-sms", "order-delayed", "flash-sale")
    )
    assert take_with_sources(catalogue, [other, sms, source]) == (other, source, sms)
    assert take_with_sources(catalogue, [sms, other], top=2) == (source, sms)
    assert take_with_sources(catalogue, [other, sms], top=2) == (other, source, sms)
    assert group_by_source(catalogue, [other, source, sms]) == [(other,), (source, sms)]
