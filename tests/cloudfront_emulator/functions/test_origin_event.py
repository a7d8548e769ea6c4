"""An origin that a function chose (Developer Guide, lambda-event-structure, `origin`)."""

from typing import Any

import pytest

from cloudfront_emulator.distribution import Origin
from cloudfront_emulator.errors import ResultRefused
from cloudfront_emulator.functions.limits import LimitsProfile, get_limits
from cloudfront_emulator.functions.origin_event import parse_origin, serialize_origin

API = Origin(id="Api", kind="custom", domain_name="api.example", signs_requests=True)
BUCKET = Origin(
    id="Bucket", kind="s3", domain_name="b.s3.us-east-1.amazonaws.com", signs_requests=True
)
ORIGINS = {"Api": API, "Bucket": BUCKET}


def read(data: Any, before: Origin = API, profile: LimitsProfile = "current") -> Origin:
    return parse_origin(
        data,
        before=before,
        origins=ORIGINS,
        limits=get_limits(profile, "origin-request"),
        request_headers=(("x-sent", "1"),),
    )


def make_custom(**changes: Any) -> dict[str, Any]:
    return {"custom": serialize_origin(API)["custom"] | changes}


def make_s3(**changes: Any) -> dict[str, Any]:
    return {"s3": serialize_origin(BUCKET)["s3"] | changes}


def test_an_origin_left_as_it_is_stays_the_same() -> None:
    """Also if the function omits it."""
    assert read(serialize_origin(API)) is API
    assert read(None) is API


def test_a_custom_origins_values_are_read() -> None:
    """port, protocol, path, timeouts, sslProtocols and customHeaders are read/write."""
    after = read(
        make_custom(
            port=8080,
            protocol="http",
            path="/sub",
            readTimeout=9,
            keepaliveTimeout=7,
            sslProtocols=["TLSv1"],
            customHeaders={"x-a": [{"key": "X-A", "value": "1"}]},
        )
    )
    assert (after.id, after.port, after.protocol, after.path) == (
        "Api",
        8080,
        "http",
        "/sub",
    )
    assert (after.read_timeout, after.keepalive_timeout) == (9, 7)
    assert (after.ssl_protocols, after.headers) == (("TLSv1",), (("x-a", "1"),))


def test_custom_and_s3_origins_replace_each_other() -> None:
    """Dynamic origin selection; a name that no origin has is its own id, and is not signed."""
    bucket = read(make_s3())
    assert (bucket.id, bucket.kind, bucket.signs_requests) == ("Bucket", "s3", False)
    elsewhere = read(make_custom(domainName="else.example"), before=BUCKET)
    assert (elsewhere.id, elsewhere.kind, elsewhere.signs_requests) == (
        "else.example",
        "custom",
        False,
    )


def test_the_profiles_allow_different_timeouts() -> None:
    """cloudfront-limits: 1 to 120 s now; the event's page said 4 to 60 s."""
    assert read(make_custom(readTimeout=120)).read_timeout == 120
    with pytest.raises(ResultRefused, match="from 4 to 60"):
        read(make_custom(readTimeout=120), profile="conservative")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({}, "exactly one"),
        ({**make_custom(), **make_s3()}, "exactly one"),
        ({"custom": []}, "custom is list"),
        (make_custom(domainName=""), "domainName"),
        (make_custom(domainName="h:80"), "not a domain name"),
        (make_custom(domainName="10.0.0.1"), "not a domain name"),
        (make_custom(domainName="h" * 254), "1 to 253"),
        (make_custom(path="sub"), "path"),
        (make_custom(path="/sub/"), "path"),
        (make_custom(path="/" + "p" * 255), "255"),
        (make_custom(port=81), "port 81"),
        (make_custom(port="80"), "port is str"),
        (make_custom(protocol="ftp"), "protocol"),
        (make_custom(readTimeout=121), "readTimeout 121"),
        (make_custom(keepaliveTimeout=0), "keepaliveTimeout 0"),
        (make_custom(sslProtocols=["TLSv9"]), "sslProtocols"),
        (make_custom(customHeaders={"via": [{"value": "1"}]}), "'via'"),
        (make_custom(customHeaders={"x-edge-a": [{"value": "1"}]}), "'x-edge-a'"),
        (make_custom(customHeaders={"x-sent": [{"value": "1"}]}), "both"),
        (make_s3(domainName="B.s3.amazonaws.com"), "not a domain name"),
        (make_s3(domainName="b" * 129), "1 to 128"),
        (make_s3(authMethod="signed"), "authMethod"),
        (make_s3(authMethod="origin-access-identity"), "access identity"),
    ],
)
def test_values_that_cloudfront_refuses_are_refused(data: Any, complaint: str) -> None:
    """The ranges and forms of the page, and add-origin-custom-headers."""
    with pytest.raises(ResultRefused, match=complaint):
        read(data)
