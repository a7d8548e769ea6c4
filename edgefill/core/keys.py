"""The key of a template, experience / locale / case, and the offered locale nearest to a tag."""

from __future__ import annotations

from edgefill.core.errors import BadLocale
from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MAX_LOCALE = 35  # characters (RFC 5646, section 4.4.1)
# What a tag leaves out (Unicode CLDR, likelySubtags.xml), for languages of several scripts or with
# varieties that are often offered apart.
_SCRIPTS = {
    **dict.fromkeys(("zh", "yue-CN"), "Hans"),
    **dict.fromkeys(("zh-TW", "zh-HK", "zh-MO", "yue"), "Hant"),
    **dict.fromkeys(("sr", "kk", "ky", "mn"), "Cyrl"),
    **dict.fromkeys(("sr-ME", "az", "bs", "uz"), "Latn"),
    **dict.fromkeys(("pa-PK", "az-IR", "uz-AF", "kk-CN"), "Arab"),
    "pa": "Guru",
}
_REGIONS = {
    **{"en": "US", "pt": "BR", "es": "ES", "fr": "FR", "de": "DE", "it": "IT", "nl": "NL"},
    **{"zh-Hans": "CN", "zh-Hant": "TW", "ar": "EG", "ru": "RU", "sv": "SE", "ko": "KR"},
}
# The variety that readers in other regions are closest to (CLDR, parentLocales).
_ABROAD = {"en": ("001", "GB"), "es": ("419", "MX"), "pt": ("PT",)}
# Codes of one language (RFC 5646, section 4.5; CLDR, languageMatching: Norwegian Bokmal).
_SAME = {"no": "nb", "iw": "he", "in": "id", "ji": "yi", "tl": "fil", "mo": "ro"}


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
    """The one of `locales` nearest to `tag`, "" when none is in its language.

    `de-AT` is answered in `de`, and `pt` in `pt-BR`: the nearest of the same language, by script,
    then by region, then in the order of `locales`. `fallbacks` maps a locale to the one that
    replaces it where neither it nor a longer form is offered, e.g. {"gsw": "de"}. BadLocale when
    `tag` is not a language tag.
    """
    if tag in locales:
        return tag
    prefix = normalized = normalize_locale(tag)
    while prefix and prefix not in locales:
        if fallbacks.get(prefix) in locales:
            return fallbacks[prefix]
        prefix = prefix.rpartition("-")[0]
    return _find_nearest(normalized, locales)


def _find_nearest(tag: str, locales: Collection[str]) -> str:
    language, script, region = _split_locale(tag)
    script = script or _find_script(language, region)
    home = _REGIONS.get(f"{language}-{script}", _REGIONS.get(language, ""))
    abroad = _ABROAD.get(language, ()) if region not in ("", home) else ()
    regions = [region or home, *abroad, "", home]

    def measure_distance(locale: str) -> tuple[bool, int]:
        _, other_script, other_region = _split_locale(locale)
        differs = (other_script or _find_script(language, other_region)) != script
        near = other_region in regions
        return differs, regions.index(other_region) if near else len(regions)

    same = [locale for locale in locales if _split_locale(locale)[0] == language]
    return min(same, key=measure_distance, default="")


def _split_locale(tag: str) -> tuple[str, str, str]:
    """Language, script and region of a normalized tag; "" for one that it leaves out."""
    language, *subtags = tag.split("-")
    script = region = ""
    for subtag in subtags:
        if len(subtag) == 1:  # extensions and private use follow
            break
        if len(subtag) == 4 and subtag.isalpha():
            script = subtag
        elif len(subtag) == 2 or (len(subtag) == 3 and subtag.isdecimal()):
            region = subtag
    return _SAME.get(language, language), script, region


def _find_script(language: str, region: str) -> str:
    return _SCRIPTS.get(f"{language}-{region}") or _SCRIPTS.get(language, "")


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
