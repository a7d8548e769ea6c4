"""Cache tags: Developer Guide, invalidation-by-tags and invalidation-specifying-tags."""

from cloudfront_emulator.cache.tags import parse_tags
from cloudfront_emulator.message import CdnResponse


def tags(*written: str, header: str | None = "cache-tag") -> frozenset[str]:
    headers = tuple(("cache-tag", value) for value in written)
    return parse_tags(CdnResponse(status=200, headers=headers), header)


def test_tags_are_comma_separated_and_have_no_case() -> None:
    """Tag values are case-insensitive."""
    assert tags("product:TV, brand:x", "a") == {"product:tv", "brand:x", "a"}


def test_a_distribution_without_a_tag_header_knows_no_tags() -> None:
    """Opt-in required: others ignore cache tag headers."""
    assert tags("a", header=None) == frozenset()


def test_only_fifty_are_stored_and_bad_ones_are_not() -> None:
    """50 tags an object; 256 visible ASCII characters each."""
    assert len(tags(",".join(f"t{number}" for number in range(60)))) == 50
    assert tags("a" * 257 + ", a b, ä,, ok") == {"ok"}
