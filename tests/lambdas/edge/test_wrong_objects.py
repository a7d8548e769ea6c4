"""Objects of a release that parse but are wrong: refused on arrival, and requested again soon."""

import json
from hashlib import sha256
from typing import Any

import pytest

from edgefill.core.value import replace
from edgefill.packs.pointer import DIGEST_LENGTH, Channel
from tests.lambdas.edge.conftest import point, program, stock
from tests.lambdas.edge.responses import header, is_miss

SALE = "t/r/r1/sale/en.json"


def name_digests(edge: Any, *paths: str) -> Channel:
    """Point to r1 with the digests of its objects, as a publisher does."""
    digests = {
        path: sha256(edge.store.objects[f"t/r/r1/{path}.json"]).hexdigest()[:DIGEST_LENGTH]
        for path in paths
    }
    channel: Channel = replace(edge.current, digests=digests)
    point(edge.store, channel)
    return channel


def tamper(edge: Any, **changes: Any) -> bytes:
    """Change the sale's pack; returns what it was."""
    good: bytes = edge.store.objects[SALE]
    edge.store.put(SALE, json.loads(good) | changes)
    return good


BROKEN = {"any": program([["no-such-operation"]])}
OTHER_TEXT = {"any": program(["Win a prize at evil.example"])}


@pytest.mark.parametrize(
    "changes",
    [
        {"locale": "de"},
        {"release": "r0"},
        {"experience": None},
        {"experience": "another"},
        {"v": 2},
        {"programs": BROKEN},
        {"programs": {"any": {}}},
        {"programs": {"any": "x"}},
    ],
)
@pytest.mark.parametrize("with_digests", [True, False])
def test_a_wrong_pack_is_replaced_soon_after_the_store_is_mended(
    edge: Any, changes: dict[str, Any], with_digests: bool
) -> None:
    """Within the negative TTL, in the same environment; until then its key is a miss."""
    if with_digests:
        name_digests(edge, "sale/en")
    if changes.get("experience") == "another":
        changes = {
            "experience": json.loads(edge.store.objects["t/r/r1/members/en.json"])["experience"]
        }
    good = tamper(edge, **changes)
    for _ in range(3):
        assert is_miss(edge.get("/p/sale"))
    edge.store.objects[SALE] = good
    edge.tick.now += 5
    assert edge.get("/p/sale")["body"] == "2 days left"


def test_a_pack_that_only_its_digest_betrays_is_not_served(edge: Any) -> None:
    """Everything about it is in order, except that it was never published."""
    name_digests(edge, "sale/en")
    good = tamper(edge, programs=OTHER_TEXT)
    assert is_miss(edge.get("/p/sale"))
    assert {line["error"] for line in edge.log if line["event"] == "store"} == {"ObjectCorrupt"}
    edge.store.objects[SALE] = good
    edge.tick.now += 5
    assert edge.get("/p/sale")["body"] == "2 days left"


def test_a_wrong_pack_is_requested_once_in_a_while_and_the_good_one_once(edge: Any) -> None:
    """A hundred visitors cost one fetch per negative TTL."""
    good = tamper(edge, locale="de")
    for _ in range(100):
        edge.get("/p/sale")
    assert edge.store.fetched.count(SALE) == 1
    edge.store.objects[SALE] = good
    for _ in range(4):
        edge.tick.now += 5
        edge.get("/p/sale")
    assert edge.store.fetched.count(SALE) == 2


def test_a_broken_program_costs_the_other_cases_nothing(edge: Any) -> None:
    """They are served from the pack in memory, also while it is fetched again."""
    path = "t/r/r1/order-delayed/en.json"
    pack = json.loads(edge.store.objects[path])
    pack["programs"]["basic"] = {"v": 1}
    edge.store.put(path, pack)
    for _ in range(3):
        assert is_miss(edge.get("/p/order-delayed"))
        assert edge.get("/p/order-delayed", token=edge.token())["status"] == "200"
        edge.tick.now += 5
    pack["programs"]["basic"] = program(["mended"], format="html")
    edge.store.put(path, pack)
    assert edge.get("/p/order-delayed")["body"] == "mended"


def test_without_a_good_pack_that_of_the_last_release_is_served(edge: Any) -> None:
    """As when the store fails."""
    assert edge.get("/p/sale")["body"] == "2 days left"
    point(edge.store, stock(edge.store, release="r2", word="new: "))
    wrong = json.loads(edge.store.objects["t/r/r2/sale/en.json"]) | {"release": "r1"}
    edge.store.put("t/r/r2/sale/en.json", wrong)
    edge.tick.now += 5
    response = edge.get("/p/sale")
    assert response["body"] == "2 days left"
    assert header(response, "X-Edgefill") == "hit; template=sale/en/any; release=r1"


def test_an_object_without_a_digest_is_checked_by_its_name_only(edge: Any) -> None:
    """A pointer of an earlier version names none."""
    name_digests(edge, "order-delayed/en")
    tamper(edge, programs=OTHER_TEXT)
    assert edge.get("/p/sale")["body"].startswith("Win")
    assert edge.get("/p/order-delayed", token=edge.token())["status"] == "200"
