"""Keys: experience / locale / case, the name of one template."""

from __future__ import annotations

from edgefill.core.errors import BadLocale
from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MAX_LOCALE = 35  # characters (RFC 5646, section 4.4.1)


@value
class Key:
    """One template's name; `str()` is its path, e.g. `order-delayed/de/gold.new`."""

    experience: str
    locale: str
    case: str

    def __str__(self) -> str:
        return f"{self.experience}/{self.locale}/{self.case}"


def parse_key(path: str) -> Key:
    """The key that `str()` wrote; ValueError on anything else."""
    parts = path.split("/")
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"not a key: {path[:80]!r}; write experience/locale/case")
    return Key(experience=parts[0], locale=parts[1], case=parts[2])


def resolve_locale(
    asked: str, offered: Collection[str], default: str, fallbacks: Mapping[str, str]
) -> str:
    """The offered locale nearest to `asked` (RFC 4647 look-up): `de-AT -> de -> default`.

    `fallbacks` names a stand-in for a language, e.g. {"gsw": "de"}. BadLocale when `asked` is no
    language tag.
    """
    if asked in offered:
        return asked
    tag = normalize_locale(asked)
    while tag:
        if tag in offered:
            return tag
        if fallbacks.get(tag) in offered:
            return fallbacks[tag]
        tag = tag.rpartition("-")[0]
    return default


def normalize_locale(tag: str) -> str:
    """`DE_at` as `de-AT` (RFC 5646, section 2.1.1); BadLocale when it is no language tag."""
    parts = tag.replace("_", "-").split("-")
    sound = all(0 < len(p) <= 8 and p.isascii() and p.isalnum() for p in parts)
    if not sound or len(tag) > MAX_LOCALE or not (parts[0].isalpha() and 2 <= len(parts[0]) <= 3):
        raise BadLocale(f"locale {tag[:MAX_LOCALE]!r} is no language tag; write e.g. de or de-AT")
    region = [p.upper() if len(p) == 2 else p.title() if len(p) == 4 else p.lower()
              for p in parts[1:]]  # fmt: skip
    return "-".join([parts[0].lower(), *region])
