"""A network: edge locations of their own over one regional edge cache, and invalidations."""

from collections.abc import Callable

import pytest

from cloudfront_emulator.distribution import CachePolicy, ErrorResponse, select_only
from tests.cloudfront_emulator.scripted import (
    HIT,
    KEEPING,
    MISS,
    OFF,
    NetworkStage,
    make_behaviour,
    make_request,
    make_response,
)

Staging = Callable[..., NetworkStage]


def at(place: int) -> dict[str, str]:
    """The header that picks an edge location."""
    return {"x_emulator_pop": str(place)}


def test_the_first_behaviour_that_covers_the_path_has_it(staging: Staging) -> None:
    """In listed order, the default last (Developer Guide, DownloadDistValuesPathPattern)."""
    stage = staging(
        make_behaviour("/a/*.jpg", OFF, origin="spare"),
        make_behaviour("/a/*"),
        make_behaviour("*", OFF),
    )
    assert stage.get_results("/a/x.jpg", "/a/x.jpg", "/a/x", "/a/x", "/b", "/b") == [
        *(MISS, MISS),
        *(MISS, HIT),
        *(MISS, MISS),
    ]
    assert stage.origin.origins == ["spare", "spare", "site", "site", "site"]


def test_only_inputs_in_the_key_make_separate_objects(staging: Staging) -> None:
    """Developer Guide, understanding-the-cache-key."""
    policy = CachePolicy(
        query=select_only("v"), headers=select_only("x-lang"), cookies=select_only("tier")
    )
    stage = staging(make_behaviour("*", policy))
    same = stage.get(query="v=1&u=1", x_lang="de", cookie="tier=gold; id=1")
    assert same.header("x-cache") == MISS
    again = stage.get(query="u=2&v=1", x_lang="de", cookie="id=2; tier=gold", x_other="1")
    assert again.header("x-cache") == HIT
    for query, lang, tier in (("v=2", "de", "gold"), ("v=1", "en", "gold"), ("v=1", "de", "new")):
        other = stage.get(query=query, x_lang=lang, cookie=f"tier={tier}")
        assert other.header("x-cache") == MISS


def test_locations_have_their_own_caches_and_share_one_origin_request(
    staging: Staging,
) -> None:
    """Developer Guide, HowCloudFrontWorks, "How CloudFront works with regional edge caches"."""
    stage = staging(pops=3)
    crowd = [make_request(x_emulator_pop=str(place)) for place in (1, 2, 3)]
    answers = stage.get_all(*crowd)
    assert [each.header("x-amz-cf-pop") for each in answers] == ["LOC1-P1", "LOC2-P1", "LOC3-P1"]
    assert len(stage.origin.requests) == 1
    assert stage.origin.requests[0].header("x-emulator-pop") is None
    assert {name: each["objects"] for name, each in stage.network.count_objects().items()} == {
        "regional": 1, "LOC1-P1": 1, "LOC2-P1": 1, "LOC3-P1": 1,
    }  # fmt: skip


def test_a_location_that_lacks_an_object_gets_it_from_the_regional_cache_with_its_age(
    staging: Staging,
) -> None:
    """Developer Guide, HowCloudFrontWorks: the object ends everywhere at the same moment."""
    stage = staging(pops=2)
    stage.get(**at(1))
    stage.clock.advance(99)
    assert stage.get(**at(2)).header("age") == "99"
    stage.clock.advance(2)
    assert stage.get(**at(2)).header("x-cache") == MISS
    assert len(stage.origin.requests) == 2


def test_an_address_is_always_near_the_same_location(staging: Staging) -> None:
    """Where the header does not pick one; the header may hold anything."""
    stage = staging(pops=8)
    assert len({stage.get().header("x-amz-cf-pop") for _ in range(4)}) == 1
    for odd in ("-1", "one", "9" * 5000):
        assert stage.get(x_emulator_pop=odd).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_is_not_cached_passes_both_caches(staging: Staging, method: str) -> None:
    """Developer Guide, RequestAndResponseBehaviorCustomOrigin, "HTTP methods"."""
    methods = frozenset({"GET", "HEAD", method})
    stage = staging(make_behaviour(methods=methods))
    stage.get()
    assert [stage.get(method=method).header("x-cache") for _ in range(2)] == [MISS, MISS]
    assert [each.method for each in stage.origin.requests] == ["GET", method, method]
    assert stage.get().header("x-cache") == HIT


def test_options_are_cached_if_the_behaviour_caches_them(staging: Staging) -> None:
    """And apart from GET (Developer Guide, DownloadDistValuesCacheBehavior, "Cached methods")."""
    methods = frozenset({"GET", "HEAD", "OPTIONS"})
    stage = staging(make_behaviour(methods=methods, cached_methods=methods))
    stage.get()
    results = [stage.get(method="OPTIONS").header("x-cache") for _ in range(2)]
    assert results == [MISS, HIT]


def test_a_path_is_invalidated_at_every_location(staging: Staging) -> None:
    """Developer Guide, invalidation-specifying-objects: exact, by star, and with a query."""
    keyed = CachePolicy(query=select_only("v"), default_ttl=100)
    stage = staging(make_behaviour("*", keyed), pops=2)
    for place in (1, 2):
        for path in ("/a/1", "/a/2", "/b"):
            stage.get(path, **at(place))
        stage.get("/b", query="v=1", **at(place))
    requests = len(stage.origin.requests)
    assert stage.invalidate("/a/*", "/b?v=1") == 9
    assert stage.get("/b", **at(2)).header("x-cache") == HIT
    assert stage.get_results("/a/1", "/a/2", **at(2)) == [MISS, MISS]
    assert stage.get("/b", query="v=1", **at(1)).header("x-cache") == MISS
    assert len(stage.origin.requests) == requests + 3


def test_a_tag_is_invalidated_ignoring_case(staging: Staging) -> None:
    """Developer Guide, invalidation-by-tags."""
    stage = staging(tag_header="cache-tag")
    stage.origin.respond_by_path(
        a=make_response(cache_tag="One, two"), b=make_response(cache_tag="three")
    )
    stage.get("/a"), stage.get("/b")
    assert stage.invalidate("#ONE") == 2
    assert stage.get_results("/a", "/b") == [MISS, HIT]


def test_a_response_in_flight_during_an_invalidation_is_not_cached(staging: Staging) -> None:
    """Nor joined by those who ask after it (Developer Guide, Invalidation)."""
    stage = staging()
    stage.origin.respond_with(make_response(b"old"), make_response(b"new"))
    stage.origin.hold()
    early = stage.start(make_request())
    stage.settle()
    stage.invalidate("/a")
    late = stage.start(make_request())
    stage.settle()
    stage.origin.release()
    assert (stage.finish(early).body, stage.finish(late).body) == (b"old", b"new")
    again = stage.get()
    assert (again.header("x-cache"), again.body) == (HIT, b"new")


def test_an_error_page_that_fails_itself_is_the_answer(staging: Staging) -> None:
    """With its own status; it never waits for itself (Developer Guide, custom-error-pages)."""
    rules = {
        503: ErrorResponse(status=503, page="/down.html", page_status=200),
        404: ErrorResponse(status=404, page="/gone.html", page_status=200),
    }
    stage = staging(make_behaviour("*", KEEPING), errors=rules)
    stage.origin.respond_by_path(a=make_response(status=503), gone=make_response(status=503))
    answer = stage.get("/a")
    assert (answer.status, answer.body) == (404, b"origin's own")
    assert "/down.html" in (answer.header("x-emulator-reason") or "")
    assert stage.get("/down.html").status == 503
