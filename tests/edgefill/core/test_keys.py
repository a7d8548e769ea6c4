"""Keys and locales."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import BadLocale
from edgefill.core.keys import Key, match_locale, normalize_locale, parse_key

WORDS = st.from_regex(r"[a-z0-9.-]{1,12}", fullmatch=True)


@given(WORDS, WORDS, WORDS)
def test_a_key_is_read_from_its_path(experience: str, locale: str, case: str) -> None:
    """`str` and `parse_key` are inverse."""
    key = Key(experience=experience, locale=locale, case=case)
    assert parse_key(str(key)) == key


@pytest.mark.parametrize("path", ["", "a", "a/b", "a/b/c/d", "a//c", "/b/c", "a/b/"])
def test_a_path_that_is_not_a_key_is_refused(path: str) -> None:
    """The message says what to write instead."""
    with pytest.raises(ValueError, match="write experience/locale/case"):
        parse_key(path)


@pytest.mark.parametrize(
    ("tag", "match"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_at", "de"),
        ("de-Latn-AT-1996", "de"),
        ("pt-BR", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("pt", "pt-BR"),
        ("gsw", "de"),
        ("gsw-CH", "de"),
        ("nds", ""),
        ("fr", ""),
    ],
)
def test_a_locale_falls_back_to_its_language_or_its_replacement(tag: str, match: str) -> None:
    """The replacement of `nds` is not among the locales."""
    locales, fallbacks = ("en", "de", "pt-BR"), {"gsw": "de", "nds": "nl"}
    assert match_locale(tag, locales, fallbacks) == match


@pytest.mark.parametrize(
    ("tag", "locales", "match"),
    [
        # a tag without a region: the language's own, then any
        ("pt", "pt-PT pt-BR", "pt-BR"),
        ("pt", "en pt-PT", "pt-PT"),
        ("en", "en-GB en-US", "en-US"),
        ("de", "de-AT de-CH", "de-AT"),
        ("de", "de-CH de-DE", "de-DE"),
        ("es", "es-419 es-ES", "es-ES"),
        ("fr", "fr-CA", "fr-CA"),
        ("zh", "zh-TW zh-CN", "zh-CN"),
        ("zh-Hant", "zh-HK zh-TW", "zh-TW"),
        # a tag with a region: that one, then the nearest variety, then the language
        ("de-AT", "de-CH de", "de"),
        ("de-AT", "de-CH de-DE", "de-DE"),
        ("de-AT", "de-CH", "de-CH"),
        ("de-CH-1996", "de de-CH", "de-CH"),
        ("de-DE-u-co-phonebk", "de-AT de-DE", "de-DE"),
        ("de-x-at-formal", "de-AT de-DE", "de-DE"),
        ("en-AU", "en-US en-GB", "en-GB"),
        ("en-AU", "en-US en-001 en-GB", "en-001"),
        ("en-US", "en-GB en", "en"),
        ("en-PH", "en-CA", "en-CA"),
        ("es-MX", "es es-419", "es-419"),
        ("es-ES", "es-419 es", "es"),
        ("pt-PT", "pt-BR pt", "pt"),
        ("pt-AO", "pt-BR pt-PT", "pt-PT"),
        ("pt-BR", "en pt-PT", "pt-PT"),
        # the script precedes the region
        ("zh-TW", "zh zh-Hant", "zh-Hant"),
        ("zh-HK", "zh-CN zh-TW", "zh-TW"),
        ("zh-Hans-HK", "zh-HK zh-CN", "zh-CN"),
        ("zh-SG", "zh-Hant zh-Hans", "zh-Hans"),
        ("sr-Latn-RS", "sr sr-Latn", "sr-Latn"),
        ("sr-ME", "sr sr-Latn", "sr-Latn"),
        ("sr-Latn", "en sr", "sr"),
        ("uz-Cyrl", "uz uz-Cyrl", "uz-Cyrl"),
        ("pa-PK", "pa-IN pa-Arab", "pa-Arab"),
        # codes of one language
        ("nb", "en no", "no"),
        ("no", "da nb", "nb"),
        ("iw-IL", "he", "he"),
        ("in", "id", "id"),
        # another language is none
        ("nn", "nb", ""),
        ("fr", "en de", ""),
        ("da", "nb sv", ""),
    ],
)
def test_the_nearest_locale_of_the_language_is_matched(tag: str, locales: str, match: str) -> None:
    """In both directions: `de-AT` is answered in `de`, and `pt` in `pt-BR`."""
    assert match_locale(tag, locales.split(), {}) == match


def test_the_shops_replacement_precedes_a_guess() -> None:
    """But not a locale that is offered itself."""
    assert match_locale("pt", ("pt-BR", "es"), {"pt": "es"}) == "es"
    assert match_locale("de-CH", ("de", "fr"), {"de-CH": "fr"}) == "fr"
    assert match_locale("de-CH", ("de", "fr"), {"de": "fr"}) == "de"


TAGS = st.from_regex(r"[a-z]{2}(-(Latn|Cyrl|Hant))?(-([A-Z]{2}|419|001))?", fullmatch=True)


@given(TAGS, st.lists(TAGS, min_size=1, max_size=5))
def test_a_match_is_offered_and_in_the_language(tag: str, locales: list[str]) -> None:
    """And an offered tag is its own match."""
    match = match_locale(tag, locales, {})
    if tag in locales:
        assert match == tag
    same = [each for each in locales if each.split("-")[0] == tag.split("-", maxsplit=1)[0]]
    assert match in (locales if match else [""])
    assert match or not same


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("EN", "en"),
        ("en_us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("gsw", "gsw"),
        ("es-419", "es-419"),
    ],
)
def test_a_tag_has_one_spelling(tag: str, canonical: str) -> None:
    """RFC 5646, section 2.1.1."""
    assert normalize_locale(tag) == canonical


@pytest.mark.parametrize(
    "tag", ["", "-", "d", "german", "12", "de--AT", "de-", "dé", "de AT", "../x", "de-" * 20, "d1"]
)
def test_what_is_not_a_language_tag_is_refused(tag: str) -> None:
    """Whatever the locales are."""
    with pytest.raises(BadLocale, match=r"not a language tag; write e\.g\. de or de-AT"):
        match_locale(tag, ("en",), {})
