"""Which locales a template can be written in."""

from __future__ import annotations

from edgefill.compiler.language import cldr


def find_locale_problem(tag: str) -> str:
    """Why no template can be written in the locale `tag`; "" if one can."""
    try:
        cldr.find_locale(tag)
    except cldr.LocaleRefused as refused:
        return str(refused)
    return ""
