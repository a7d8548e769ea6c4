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
        ("pt-PT", ""),
        ("gsw", "de"),
        ("gsw-CH", "de"),
        ("nds", ""),
        ("fr", ""),
    ],
)
def test_a_locale_falls_back_to_its_language_or_its_replacement(tag: str, match: str) -> None:
    """`de-AT`, then `de` (RFC 4647); the replacement of `nds` is not among the locales."""
    locales, fallbacks = ("en", "de", "pt-BR"), {"gsw": "de", "nds": "nl"}
    assert match_locale(tag, locales, fallbacks) == match


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
