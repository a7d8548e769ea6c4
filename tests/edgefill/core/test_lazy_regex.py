"""Regular expressions that are compiled when they are first used."""

import re

import pytest

from edgefill.core.lazy_regex import LazyPattern


def test_it_does_what_re_does() -> None:
    """Whichever method comes first."""
    text, compiled = r"([a-z])([0-9])", re.compile(r"([a-z])([0-9])")
    for subject in ("a1", "xa1y", "1", ""):
        assert LazyPattern(text).sub("-", subject) == compiled.sub("-", subject)
        assert LazyPattern(text).split(subject) == compiled.split(subject)
        for method in ("match", "fullmatch", "search"):
            ours, theirs = (
                getattr(LazyPattern(text), method)(subject),
                getattr(compiled, method)(subject),
            )
            assert (ours and ours.groups()) == (theirs and theirs.groups())


def test_it_is_compiled_by_its_first_use() -> None:
    """A wrong pattern raises then, not before."""
    wrong = LazyPattern("(")
    with pytest.raises(re.error):
        wrong.search("text")


def test_it_has_no_other_methods() -> None:
    """Any other attribute is an AttributeError."""
    with pytest.raises(AttributeError, match="groups"):
        LazyPattern("a").groups  # noqa: B018
