"""Cache tags of a response.

Source: Developer Guide, invalidation-by-tags and invalidation-specifying-tags.
"""

from __future__ import annotations

from cloudfront_emulator.message import CdnResponse

MAX_TAGS = 50  # of an object; those beyond are not stored
MAX_TAG_LENGTH = 256  # characters


def parse_tags(response: CdnResponse, header: str | None) -> frozenset[str]:
    """The tags in the distribution's tag header, in lower case; none without such a header."""
    if header is None:
        return frozenset()
    written = ",".join(value for name, value in response.headers if name == header)
    tags = (item.strip().lower() for item in written.split(","))
    return frozenset([tag for tag in tags if is_tag(tag)][:MAX_TAGS])


def is_tag(written: str) -> bool:
    """Whether this can be a tag: 1 to 256 visible ASCII characters, no comma among them."""
    visible = all("!" <= character <= "~" and character != "," for character in written)
    return 0 < len(written) <= MAX_TAG_LENGTH and visible
