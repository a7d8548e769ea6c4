"""Cache keys: Developer Guide, understanding-the-cache-key, cache-hit-ratio and Cookies."""

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.distribution import ALL, CachePolicy, Selection, select_only
from cloudfront_emulator.message import CdnRequest, Headers
from cloudfront_emulator.request.cache_key import CacheKey, build_cache_key, format_address

POLICY = CachePolicy(
    headers=select_only("authorization"), cookies=select_only("token"), query=select_only("locale")
)
NAMES = st.sampled_from("abc")
PAIRS = st.lists(st.tuples(NAMES, st.sampled_from(["", "1", "2"])), max_size=4)


def request(query: str = "", *headers: tuple[str, str], method: str = "GET") -> CdnRequest:
    return CdnRequest(method=method, path="/p/a", query=query, headers=headers)


def make_key(
    policy: CachePolicy, viewer_request: CdnRequest, own_headers: Headers = ()
) -> CacheKey:
    return build_cache_key(
        policy,
        viewer_request,
        is_options_request=viewer_request.method == "OPTIONS",
        cloudfront_headers=own_headers,
    )


def test_only_what_the_policy_names_is_in_the_key() -> None:
    """Other headers, cookies and parameters do not tell requests apart (understanding-...)."""
    plain = make_key(POLICY, request("locale=de"))
    noise = (("user-agent", "x"), ("cookie", "a=b"))
    assert make_key(POLICY, request("locale=de&utm=1", *noise)) == plain
    assert make_key(POLICY, request("locale=en")) != plain


def test_each_token_has_a_key_of_its_own() -> None:
    """Two visitors never share an object: cookie and Authorization are in the key."""
    keys = {
        make_key(POLICY, request()),
        make_key(POLICY, request("", ("cookie", "token=ada"))),
        make_key(POLICY, request("", ("cookie", "token=bob"))),
        make_key(POLICY, request("", ("authorization", "Bearer ada"))),
        make_key(POLICY, request("", ("authorization", ""))),
    }
    assert len(keys) == 5


def test_the_order_of_parameters_counts_and_that_of_cookies_does_not() -> None:
    """Parameters: "list parameters in the same order" (cache-hit-ratio); cookies are sorted."""
    policy = CachePolicy(query=ALL, cookies=ALL)
    assert make_key(policy, request("a=1&b=2")) != make_key(policy, request("b=2&a=1"))
    assert make_key(policy, request("a=1")) != make_key(policy, request("A=1"))
    one, other = request("", ("cookie", "a=1; b=2")), request("", ("cookie", "b=2; a=1"))
    assert make_key(policy, one) == make_key(policy, other)


def test_get_and_head_share_a_key_and_options_does_not() -> None:
    """The methods that are cached together (API Reference, CachedMethods)."""
    assert make_key(POLICY, request()) == make_key(POLICY, request(method="HEAD"))
    assert make_key(POLICY, request()) != make_key(POLICY, request(method="OPTIONS"))


def test_a_viewers_cloudfront_headers_never_count() -> None:
    """CloudFront-* in a policy means CloudFront's own (adding-cloudfront-headers)."""
    policy = CachePolicy(headers=select_only("cloudfront-viewer-country"))
    own_headers = (("cloudfront-viewer-country", "DE"), ("cloudfront-is-ios-viewer", "true"))
    forged = request("", ("cloudfront-viewer-country", "FR"))
    assert (
        make_key(policy, forged, own_headers)
        == make_key(policy, request(), own_headers)
        != make_key(policy, request())
    )


def test_an_invalidation_matches_the_path_and_the_query_in_the_key() -> None:
    """Invalidations name the query as far as it is forwarded (invalidation-specifying-objects)."""
    assert format_address(make_key(POLICY, request("utm=1&locale=de"))) == "/p/a?locale=de"
    assert format_address(make_key(POLICY, request("utm=1"))) == "/p/a"


@given(PAIRS, PAIRS, st.sampled_from(["none", "only", "except", "all"]), st.sets(NAMES))
def test_keys_are_equal_exactly_when_the_selected_parameters_are(
    one: list[tuple[str, str]], other: list[tuple[str, str]], kind: str, names: set[str]
) -> None:
    """Everything that a policy selects is in the key, and nothing else (understanding-...)."""
    selection = Selection(kind, frozenset(names))  # type: ignore[arg-type]
    policy = CachePolicy(query=selection, cookies=selection)

    def viewer_request(pairs: list[tuple[str, str]]) -> CacheKey:
        query = "&".join(f"{name}={value}" for name, value in pairs)
        return make_key(policy, request(query, ("cookie", query.replace("&", "; "))))

    def selected(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [pair for pair in pairs if selection.includes(pair[0])]

    assert (viewer_request(one) == viewer_request(other)) == (selected(one) == selected(other))
