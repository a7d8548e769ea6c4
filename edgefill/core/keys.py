"""The key of a template: experience / locale / case."""

from __future__ import annotations

from edgefill.core.errors import BadLocale
from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MAX_LOCALE = 35  # characters (RFC 5646, section 4.4.1)


@value
class Key:
    """The name of one template; `str()` is its path, e.g. `order-delayed/de/gold.new`."""

    experience: str
    locale: str
    case: str

    def __str__(self) -> str:
        return f"{self.experience}/{self.locale}/{self.case}"


def parse_key(path: str) -> Key:
    """The key whose `str()` is `path`; ValueError on anything else."""
    parts = path.split("/")
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"not a key: {path[:80]!r}; write experience/locale/case")
    return Key(experience=parts[0], locale=parts[1], case=parts[2])


def match_locale(tag: str, locales: Collection[str], fallbacks: Mapping[str, str]) -> str:
    """The one of `locales` nearest to `tag` (RFC 4647 lookup: `de-AT`, then `de`), "" without any.

    `fallbacks` maps a language to the locale that replaces it, e.g. {"gsw": "de"}. BadLocale when
    `tag` is not a language tag.
    """
    if tag in locales:
        return tag
    prefix = normalize_locale(tag)
    while prefix:
        if prefix in locales:
            return prefix
        if fallbacks.get(prefix) in locales:
            return fallbacks[prefix]
        prefix = prefix.rpartition("-")[0]
    return ""


def normalize_locale(tag: str) -> str:
    """`DE_at` as `de-AT` (RFC 5646, section 2.1.1); BadLocale when it is not a language tag."""
    parts = tag.replace("_", "-").split("-")
    is_valid = all(0 < len(p) <= 8 and p.isascii() and p.isalnum() for p in parts)
    language = parts[0]
    if not (is_valid and len(tag) <= MAX_LOCALE and language.isalpha() and 2 <= len(language) <= 3):
        raise BadLocale(
            f"locale {tag[:MAX_LOCALE]!r} is not a language tag; write e.g. de or de-AT"
        )
    subtags = [
        p.upper() if len(p) == 2 else p.title() if len(p) == 4 else p.lower() for p in parts[1:]
    ]
    return "-".join([language.lower(), *subtags])
