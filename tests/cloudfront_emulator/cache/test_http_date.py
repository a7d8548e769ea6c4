"""Dates in headers: RFC 9110, section 5.6.7; RFC 9111, section 4.2."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.cache.http_date import parse_http_date

FORMATS = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b {day:2d} %H:%M:%S %Y")
ASCTIME = "Thu Aug 18 02:01:18 2050"
NOW = datetime.now(UTC)
# Of the years that two digits can mean.
TIMES = st.datetimes(datetime(NOW.year - 49, 1, 2), datetime(NOW.year + 49, 1, 1))


@given(time=TIMES, form=st.sampled_from(FORMATS), case=st.sampled_from([str, str.upper, str.lower]))
def test_every_format_is_read_in_any_case(time: datetime, form: str, case: type[str]) -> None:
    """To the second, in UTC."""
    text = time.strftime(form.replace("{day:2d}", f"{time.day:2d}"))
    expected = time.replace(microsecond=0, tzinfo=UTC).timestamp()
    if "%y" in form and (time.year - NOW.year % 100) // 100 != NOW.year // 100:
        return  # of another century: see below
    assert parse_http_date(f" {case(text)} ") == expected


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC", "Pacific/Chatham"])
def test_the_machines_time_zone_has_no_influence(zone: str) -> None:
    """ "A cache recipient MUST NOT allow local time zones to influence" (RFC 9111, section 4.2)."""
    code = (
        "from cloudfront_emulator.cache.http_date import parse_http_date as p;"
        f"print(p({ASCTIME!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) == datetime(2050, 8, 18, 2, 1, 18, tzinfo=UTC).timestamp()


def test_two_digits_are_a_year_of_the_last_or_the_next_fifty() -> None:
    """RFC 9110, section 5.6.7."""
    for years in (-49, -1, 0, 1, 50):
        time = NOW.replace(year=NOW.year + years, day=1, microsecond=0)
        text = time.strftime("%A, %d-%b-%y %H:%M:%S GMT")
        assert parse_http_date(text) == time.timestamp()


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "0",
        "-1",
        "rubbish",
        "2050-08-18T02:01:18Z",
        "1692324078",
        "Thu, 18 Aug 2050 02:01:18",
        "Thu, 18 Aug 2050 02:01:18 UTC",
        "Thu, 18 Aug 2050 02:01:18 AEST",
        "Thu, 18 Aug 2050 02:01:18 +0000",
        "Thu, 18 Aug 2050 02:01:18 GMT+1",
        "Thu, 18 Aug 50 02:01:18 GMT",
        "Thu 18 Aug 2050 02:01:18 GMT",
        "Thu, 18  Aug  2050 02:01:18 GMT",
        "Thu, 18-Aug-2050 02:01:18 GMT",
        "Thu, 18 Aug 2050 02.01.18 GMT",
        "Thu, 18 Aug 2050 2:01:18 GMT",
        "Thu, 8 Aug 2050 02:01:18 GMT",
        "Thu, 31 Feb 2050 02:01:18 GMT",
        "Thu, 00 Aug 2050 02:01:18 GMT",
        "Thu, 18 Aug 2050 24:01:18 GMT",
        "Thu, 18 Aug 2050 02:60:18 GMT",
        "Thu, 18 Aug 2050 02:01:61 GMT",
        "Thu, 18 Aug 0000 02:01:18 GMT",
        "Thu, 18 Aug 20500 02:01:18 GMT",
        "Foo, 18 Aug 2050 02:01:18 GMT",
        "18 Aug 2050 02:01:18 GMT",
        "Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:18 GMT",
        "Thu, ١٨ Aug 2050 02:01:18 GMT",
        "Thu, 18-Aug-50 02:01:18 GMT",
        "Thu Aug 18 02:01:18 GMT 2050",
        "Thu Aug 8 02:01:18 2050",
    ],
)
def test_any_other_text_is_no_date(text: str | None) -> None:
    """However close it is to one."""
    assert parse_http_date(text) is None


def test_a_leap_second_is_the_next_second() -> None:
    """60 is a second (RFC 5322, section 3.3)."""
    leap = parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT")
    assert leap == parse_http_date("Sun, 01 Jan 2017 00:00:00 GMT")
