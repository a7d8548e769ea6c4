"""Dates and times as issuers write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.slots import Slot
from edgefill.template.coerce import coerce_values
from edgefill.template.dates import is_date, is_zero_time, normalize_datetime

SLOTS = (Slot(name="day", type="date"), Slot(name="at", type="datetime"))
OFFSETS = st.integers(-(24 * 60 - 1), 24 * 60 - 1).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.text(alphabet="0123456789-", max_size=12) | st.dates().map(str))
def test_a_date_is_a_day_of_the_calendar(text: str) -> None:
    """The oracle is `datetime.date`."""
    try:
        expected = len(text) == 10 and text == str(date.fromisoformat(text))
    except ValueError:
        expected = False
    assert is_date(text) == expected


@given(st.datetimes(timezones=OFFSETS), st.sampled_from("Tt "))
def test_a_time_keeps_its_moment(moment: datetime, mark: str) -> None:
    """The oracle is `datetime.datetime`; the text is at most 32 characters long."""
    text = normalize_datetime(moment.isoformat(sep=mark))
    assert text is not None
    assert datetime.fromisoformat(text) == moment
    assert len(text) <= 32


@pytest.mark.parametrize("digits", [1, 2, 3, 6, 7, 8, 9, 12, 30, 300])
def test_any_number_of_decimals_is_read(digits: int) -> None:
    """.NET writes 7, Go and Java up to 9 (RFC 3339, section 5.6: one or more); six are kept."""
    decimals = "1234567890"[:digits].ljust(digits, "5")
    for end in ("Z", "+00:00", "-08:30"):
        text = f"2026-11-23T14:05:09.{decimals}{end}"
        assert normalize_datetime(text) == f"2026-11-23T14:05:09.{decimals[:6]}{end}"


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-23T14:05:09.Z", "2026-11-23T14:05:09,1Z", "2026-11-23T14:05:09", "2026-11-23"),
        *(
            "2026-11-23T14:05Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T14:05:60Z",
            "2026-02-30T00:00:00Z",
        ),
        *("2026-11-23T14:05:09+0100", "2026-11-23T14:05:09+24:00", "2026-11-23T14:05:09.1\u0663Z"),
        *("", "T", "2026-11-23T14:05:09Z ", "2026-11-23T14:05:09.1Z\n"),
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    """RFC 3339 only, without leap seconds."""
    assert normalize_datetime(text) is None


ZEROS = [
    "0001-01-01",
    "1601-01-01",
    "1753-01-01",
    "1899-12-30",
    "1900-01-01",
    "1904-01-01",
    "1970-01-01",
]


@pytest.mark.parametrize("zero", ZEROS)
def test_a_systems_zero_time_counts_as_absent(zero: str) -> None:
    """As the date, and as its first moment, in UTC or in the issuer's own offset."""
    assert is_zero_time(zero)
    for time in ("00:00:00Z", "00:00:00.0000000+00:00", "00:00:00-05:00", "00:00:00+05:30"):
        assert is_zero_time(f"{zero}T{time}")
        assert coerce_values(SLOTS, {"day": zero, "at": f"{zero}T{time}"}) == ({}, {})
    assert is_zero_time(f"{zero}T01:00:00+01:00")
    assert is_zero_time(f"{zero} 05:30:00.000+05:30")


@given(OFFSETS)
def test_the_zero_of_unix_is_found_in_any_offset(offset: timezone) -> None:
    """The oracle is `datetime`."""
    assert is_zero_time(datetime(1970, 1, 1, tzinfo=UTC).astimezone(offset).isoformat())


@given(st.datetimes(timezones=OFFSETS))
def test_any_other_time_counts(moment: datetime) -> None:
    """Also on a zero day, and the day before."""
    for day in (
        moment,
        moment.replace(year=1970, month=1, day=1),
        moment.replace(year=1969, month=12, day=31),
    ):
        text = day.isoformat()
        midnight = text[11:19] == "00:00:00" and text[:10] in ZEROS
        utc = day.replace(microsecond=0) - day.utcoffset() if day.year > 1 else day  # type: ignore[operator]
        zero = midnight or utc.replace(tzinfo=None).isoformat() in {f"{z}T00:00:00" for z in ZEROS}
        assert is_zero_time(text) == zero


def test_a_zero_time_takes_the_slots_default() -> None:
    """As null does; nothing is reported."""
    slots = (Slot(name="day", type="date", default="2026-12-24"),)
    assert coerce_values(slots, {"day": "0001-01-01"}) == ({"day": "2026-12-24"}, {})


@pytest.mark.parametrize(
    "raw", [None, 0, [], {}, "", "1970", "1970-01-01x", "1970-01-01T", "0000-00-00"]
)
def test_what_is_no_date_is_no_zero_time(raw: object) -> None:
    """It is refused by its form."""
    assert not is_zero_time(raw)
