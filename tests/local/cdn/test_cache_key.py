"""Cache keys and what is forwarded."""

from local.cdn.behaviour import Behaviour, CachePolicy, Forwarded
from local.cdn.cache_key import cache_key, forwarded
from local.cdn.message import Request

POLICY = CachePolicy(headers=("Authorization",), cookies=("edgefill_profile",), query=("locale",))


def request(query: str = "", **headers: str) -> Request:
    return Request(
        method="GET",
        path="/p/a",
        query=query,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )


def test_only_what_the_policy_names_is_in_the_key() -> None:
    """Other headers, cookies and parameters do not tell requests apart."""
    plain = cache_key(POLICY, request("locale=de"))
    assert cache_key(POLICY, request("locale=de&utm=1", user_agent="x", cookie="a=b")) == plain
    assert cache_key(POLICY, request("locale=en")) != plain


def test_each_token_has_a_key_of_its_own() -> None:
    """Two visitors never share an object: cookie and Authorization are in the key."""
    keys = {
        cache_key(POLICY, request()),
        cache_key(POLICY, request(cookie="edgefill_profile=ada")),
        cache_key(POLICY, request(cookie="edgefill_profile=bob")),
        cache_key(POLICY, request(authorization="Bearer ada")),
    }
    assert len(keys) == 4


def test_a_policy_of_all_holds_the_whole_query_and_every_cookie() -> None:
    """With `all`, every parameter and cookie counts."""
    policy = CachePolicy(cookies="all", query="all")
    assert cache_key(policy, request("a=1")) != cache_key(policy, request("a=2"))
    assert cache_key(policy, request(cookie="a=1")) != cache_key(policy, request(cookie="a=2"))


def test_the_key_goes_to_the_origin_with_the_extras_of_the_request_policy() -> None:
    """Forwarded is the cache key's part plus the origin request policy's, and nothing else."""
    behaviour = Behaviour(
        path="*", origin="o", cache=POLICY, forward=Forwarded(headers=("X-Trace",), query=("q",))
    )
    sent = forwarded(
        behaviour,
        request(
            "locale=de&utm=1&q=2",
            x_trace="t",
            authorization="Bearer x",
            x_edgefill_key="forged/de/any",
            cookie="edgefill_profile=ada; other=1",
        ),
    )
    assert sent.query == "locale=de&q=2"
    assert dict(sent.headers) == {
        "x-trace": "t",
        "authorization": "Bearer x",
        "cookie": "edgefill_profile=ada",
    }


def test_query_all_in_either_policy_forwards_the_whole_query() -> None:
    """`all` in the origin request policy forwards what the key does not hold."""
    behaviour = Behaviour(path="*", origin="o", cache=CachePolicy(), forward=Forwarded(query="all"))
    assert forwarded(behaviour, request("a=1&b=2")).query == "a=1&b=2"
    assert cache_key(behaviour.cache, request("a=1")) == cache_key(behaviour.cache, request())
