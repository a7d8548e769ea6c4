"""Invalidations and tags: Developer Guide, invalidation-specifying-objects and -tags."""

import pytest

from cloudfront_emulator.cache.entries import CacheEntry, make_entry
from cloudfront_emulator.cache.freshness import Freshness
from cloudfront_emulator.cache.invalidation import parse_invalidation, parse_tags
from cloudfront_emulator.errors import EmulatorInputRefused
from cloudfront_emulator.message import CdnResponse

KEPT = Freshness(ttl=5)


def entry(path: str, *read_tags: str) -> CacheEntry:
    return make_entry(CdnResponse(status=200), KEPT, now=0, path=path, tags=frozenset(read_tags))


def select_paths(item: str, *paths: str) -> list[str]:
    match = parse_invalidation([item])
    return [path for path in paths if match(entry(path))]


def test_a_path_selects_itself_and_case_counts() -> None:
    """Invalidation paths are case sensitive."""
    assert select_paths("/a.jpg", "/a.jpg", "/A.jpg", "/a.jpg?x=1", "/a") == ["/a.jpg"]


def test_a_keyed_query_belongs_to_the_path() -> None:
    """Each version is named with its query, or all by a wildcard ("Forwarding query strings")."""
    assert select_paths("/a.jpg?x=1", "/a.jpg", "/a.jpg?x=1", "/a.jpg?x=2") == ["/a.jpg?x=1"]
    assert select_paths("/a.jpg*", "/a.jpg", "/a.jpg?x=1", "/b.jpg?x=1") == ["/a.jpg", "/a.jpg?x=1"]


def test_a_star_at_the_end_selects_a_prefix() -> None:
    """It replaces 0 or more characters ("Invalidation paths")."""
    paths = ("/img/a", "/img/b/c", "/img", "/image", "/x")
    assert select_paths("/img/*", *paths) == ["/img/a", "/img/b/c"]
    assert select_paths("/im*", *paths) == ["/img/a", "/img/b/c", "/img", "/image"]
    assert select_paths("/*", *paths) == select_paths("*", *paths) == list(paths)


def test_a_tag_selects_all_entries_with_it_ignoring_case() -> None:
    """#tag, exactly and without case (invalidation-specifying-tags)."""
    match = parse_invalidation(["#Product:TV", "/other"])
    assert match(entry("/a", "product:tv", "x"))
    assert not match(entry("/a", "product:tv2"))
    assert match(entry("/other"))
    assert not parse_invalidation([])(entry("/a", "product:tv"))


@pytest.mark.parametrize(
    "item",
    [
        "a.jpg",
        "",
        "/a*b",
        "/a**",
        "/" + "a" * 4000,
        "/ä",
        "/a b",
        "#",
        "#a,b",
        "#a*",
        "#" + "a" * 257,
    ],
)
def test_a_bad_item_is_refused_by_name(item: str) -> None:
    """A leading slash, one star at the end, 4,000 characters; tags of 256 and no wildcard."""
    with pytest.raises(EmulatorInputRefused) as refused:
        parse_invalidation(["/good", item])
    assert repr(item[:20])[:-1] in str(refused.value)


def read_tags(*values: str, header: str | None = "cache-tag") -> frozenset[str]:
    headers = tuple(("cache-tag", value) for value in values)
    return parse_tags(CdnResponse(status=200, headers=headers), header)


def test_tags_are_comma_separated_and_have_no_case() -> None:
    """Tag values are case-insensitive."""
    assert read_tags("product:TV, brand:x", "a") == {"product:tv", "brand:x", "a"}


def test_a_distribution_without_a_tag_header_has_no_tags() -> None:
    """Opt-in required: others ignore cache tag headers."""
    assert read_tags("a", header=None) == frozenset()


def test_only_fifty_are_stored_and_bad_ones_are_not() -> None:
    """50 tags an object; 256 visible ASCII characters each."""
    assert len(read_tags(",".join(f"t{number}" for number in range(60)))) == 50
    assert read_tags("a" * 257 + ", a b, ä,, ok") == {"ok"}
