"""An edge location: conditions of viewers, and of the cache for its stale objects."""

from collections.abc import Callable

from tests.cloudfront_emulator.scripted import (
    HIT,
    MISS,
    NetworkStage,
    make_request,
    make_response,
)

Staging = Callable[..., NetworkStage]


def test_a_viewers_condition_is_answered_from_the_cached_object(staging: Staging) -> None:
    """Developer Guide, RequestAndResponseBehaviorCustomOrigin, "Conditional requests"."""
    stage = staging()
    stage.origin.respond_with(make_response(etag='"1"'))
    first = stage.get(if_none_match='"1"')
    assert (first.status, first.body) == (304, b"")
    assert (stage.get().header("x-cache"), stage.get().body) == (HIT, b"body")
    assert stage.get(if_none_match='"1"').status == 304
    assert len(stage.origin.requests) == 1


def test_a_condition_of_a_viewer_without_an_object_is_the_origins_to_judge(
    staging: Staging,
) -> None:
    """Its 304 is that viewer's alone and is not cached ("HTTP request headers and CloudFront
    behavior"); who asks without the condition meanwhile gets the object."""
    stage = staging()
    stage.origin.answer = lambda request, _: make_response(
        b"" if request.header("if-none-match") else b"body",
        304 if request.header("if-none-match") else 200,
        etag='"1"',
    )
    alone = stage.get("/alone", if_none_match='"1"')
    assert (alone.status, stage.origin.requests[0].header("if-none-match")) == (304, '"1"')
    assert stage.get_results("/alone") == [MISS]
    stage.origin.hold()
    starts = [make_request(if_none_match='"1"'), make_request(), make_request(if_match='"2"')]
    tasks = [stage.start(each) for each in starts]
    stage.origin.release()
    assert [stage.finish(task).status for task in tasks] == [304, 200, 412]


def test_a_stale_object_is_validated_by_its_own_conditions_only(staging: Staging) -> None:
    """A viewer who knows a newer one gets it, and nobody gets the old one as confirmed."""
    stage = staging()
    stage.origin.respond_with(
        make_response(b"old", etag='"1"', cache_control="max-age=5"),
        make_response(b"new", etag='"2"'),
    )
    stage.get()
    stage.clock.advance(10)
    assert stage.get(if_none_match='"2"').status == 304
    assert stage.origin.requests[1].header("if-none-match") == '"1"'
    assert stage.get().body == b"new"


def test_a_stale_object_without_a_validator_is_fetched_whole(staging: Staging) -> None:
    """A viewer's condition does not confirm it."""
    stage = staging()
    stage.origin.respond_with(
        make_response(b"old", cache_control="max-age=5"), make_response(b"new", etag='"2"')
    )
    stage.get()
    stage.clock.advance(10)
    assert stage.get(if_none_match='"2"').status == 304
    assert stage.origin.requests[1].header("if-none-match") is None
    assert stage.get().body == b"new"


def test_vary_star_is_served_stale_and_never_validated(staging: Staging) -> None:
    """Cached, but every request gets the whole object from the origin; if that fails, the copy
    ("Content negotiation", "Origin unavailable")."""
    stage = staging()
    stage.origin.respond_with(
        make_response(b"1", vary="*", etag='"1"'),
        make_response(b"2", vary="*", etag='"2"'),
        make_response(b"gone", 503),
    )
    assert [stage.get().body for _ in range(3)] == [b"1", b"2", b"2"]
    assert [each.header("if-none-match") for each in stage.origin.requests] == [None] * 3


def test_answers_that_cannot_be_served_again_take_no_room(staging: Staging) -> None:
    """In no tier, however many there are."""
    stage = staging(pops=2)
    stage.origin.respond_with(
        make_response(cache_control="private, no-store, stale-if-error=0", etag='"1"')
    )
    for number in range(100):
        stage.get(f"/{number}")
    assert {tier["objects"] for tier in stage.network.count_objects().values()} == {0}
