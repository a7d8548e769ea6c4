"""The path of a request, in any spelling."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import UnknownExperience
from edgefill.visit.path import parse_path

SLUGS = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)


@given(SLUGS, st.data(), st.sampled_from(["", "/"]))
def test_an_experience_is_found_however_it_is_encoded(
    name: str, data: st.DataObject, end: str
) -> None:
    """Any of its characters may be percent-encoded, in either case, and a slash may follow."""
    spellings = ((each, f"%{ord(each):02x}", f"%{ord(each):02X}") for each in name)
    path = "".join(data.draw(st.sampled_from(spelling)) for spelling in spellings)
    assert parse_path(f"/p/{path}{end}") == name


@pytest.mark.parametrize("path", ["/ask", "/ask/"])
def test_a_question_has_a_path_of_its_own(path: str) -> None:
    """It names no experience."""
    assert parse_path(path) is None


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "p", "p/sale", "/p", "/p/", "/p//", "//p/sale", "/p/sale/de", "/p/sale//"),
        *("/q/sale", "/P/sale", "/%70/sale", "/asks", "/ask//", "/ask/x", "/%61sk", "ask"),
        *("/p/%", "/p/%zz", "/p/%ff", "/p/\ud800", "/p/%ed%a0%80"),
    ],
)
def test_any_other_path_is_unknown(path: str) -> None:
    """The message repeats at most 64 characters."""
    with pytest.raises(UnknownExperience, match="no experience at"):
        parse_path(path)


def test_an_encoded_slash_separates_nothing_and_nothing_is_decoded_twice() -> None:
    """Both name experiences that no catalogue can have."""
    assert parse_path("/p/a%2Fb") == "a/b"
    assert parse_path("/p/%2577elcome") == "%77elcome"


@given(st.text(max_size=40))
def test_any_path_is_read_or_refused(path: str) -> None:
    """Nothing else is raised."""
    with suppress(UnknownExperience):
        assert parse_path(path) != ""
