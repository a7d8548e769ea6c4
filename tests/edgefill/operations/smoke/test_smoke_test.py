"""The smoke test against a scripted site: one fault at a time is found by its check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edgefill.operations.check_result import CheckResult
from edgefill.operations.smoke.plan import STRANGE_QUESTION, SmokePlan, ask_path
from edgefill.operations.smoke.site import SiteAnswer
from edgefill.operations.smoke.smoke_test import run_canary_test, run_smoke_test
from tests.edgefill.operations.smoke.scripted_site import (
    ADA,
    OTHER_PAGE,
    PAGE,
    PLAN,
    Override,
    ScriptedSite,
    change,
    change_headers,
)

ASK = "/ask?q=where%20is%20my%20parcel"


def run(
    overrides: dict[str, Override] | None = None, plan: SmokePlan = PLAN
) -> dict[str, CheckResult]:
    site = ScriptedSite(overrides=overrides or {})
    return {result.name: result for result in run_smoke_test(site, plan)}


def test_a_sound_site_passes_every_check() -> None:
    """Each result has the name of what was checked."""
    results = run()
    assert list(results) == [
        *("hit", "miss", "fallback", "ask", "headers"),
        *("404", "400", "401", "no-store", "leak"),
    ]
    assert {result.status for result in results.values()} == {"ok"}


@pytest.mark.parametrize(
    ("path", "override", "failed"),
    [
        (PAGE, change(status=502), "hit"),
        (OTHER_PAGE, change(status=503), "fallback"),
        (OTHER_PAGE, change(text=" "), "fallback"),
        (OTHER_PAGE, change_headers(x_edgefill="fallback; template=a/b/c"), "fallback"),
        (
            OTHER_PAGE,
            change_headers(x_edgefill="fallback; reason=cold", cache_control="public"),
            "fallback",
        ),
        (ASK, change(status=404), "ask"),
        (PAGE, change_headers(content_security_policy=""), "headers"),
        (PAGE, change_headers(content_security_policy="default-src 'unsafe-inline'"), "headers"),
        (PAGE, change_headers(x_content_type_options=""), "headers"),
        ("/p/no-such-experience", change(status=200), "404"),
        ("/p/welcome?locale=x!", change(text="no"), "400"),
        ("/p/welcome?locale=en&locale=de", change_headers(cache_control="public"), "400"),
        ("/ask", change_headers(content_type="text/html"), "400"),
        ("/p/refund-issued", change(text="{}"), "401"),
        (PAGE, change_headers(cache_control="public, max-age=60"), "no-store"),
        (PAGE, change_headers(x_cache="Hit from cloudfront"), "no-store"),
        (PAGE, change_headers(x_edgefill_token="refused; reason=expired"), "no-store"),
        (PAGE, change(text="Hello Ben"), "leak"),
    ],
)
def test_each_fault_fails_its_check(path: str, override: Override, failed: str) -> None:
    """With the place and the remedy."""
    site = ScriptedSite(overrides={path: override})
    results = [each for each in run_smoke_test(site, PLAN) if each.status == "fail"]
    assert failed in {each.name for each in results}
    assert all(each.remedy for each in results)


def test_a_site_that_does_not_answer_has_one_result() -> None:
    """The others would only repeat it."""
    silent = change(status=0, headers={}, text="no answer from http://x: refused")
    results = run({PAGE: silent})
    assert list(results) == ["hit"]
    assert "check the URL" in results["hit"].remedy


def test_any_page_may_be_the_hit() -> None:
    """The first key may wait for a person; if no page is a hit, nothing is published."""
    fallback = change_headers(x_edgefill="fallback; template=a/b/c; reason=not-publishable")
    results = run({PAGE: fallback})
    assert (results["hit"].status, results["fallback"].status) == ("ok", "ok")
    nothing = run({PAGE: fallback, OTHER_PAGE: fallback})["hit"]
    assert nothing.status == "fail"
    assert "edgefill publish" in nothing.remedy


def test_a_miss_must_become_a_hit() -> None:
    """The first page that is a miss is requested until it is a hit."""
    outcomes = iter(["miss; template=a/b/c; generated=true", "hit; template=a/b/c"])

    def advance(answer: SiteAnswer) -> SiteAnswer:
        return change_headers(x_edgefill=next(outcomes))(answer)

    miss = run({OTHER_PAGE: advance})["miss"]
    assert miss.status == "ok"
    assert miss.text.endswith("then a hit")


def test_a_miss_that_stays_one_is_a_warning() -> None:
    """Visitors still get their text, but a model writes it each time."""
    always = change_headers(x_edgefill="miss; template=a/b/c; generated=true")
    results = run({ask_path(STRANGE_QUESTION): always})
    assert results["miss"].status == "warn"
    assert results["fallback"].status == "ok"


def test_fallbacks_are_counted() -> None:
    """They are no failure: visitors get a text."""
    fallback = change_headers(x_edgefill="fallback; template=a/b/c; reason=cold")
    result = run({OTHER_PAGE: fallback})["fallback"]
    assert result.status == "ok"
    assert result.text.startswith("1 of 3")


def test_a_fresh_deployment_answers_with_fallbacks() -> None:
    """A hit would mean that it is not fresh."""
    fallback = change_headers(x_edgefill="fallback; template=a/b/c; reason=cold")
    fresh = replace(PLAN, is_fresh=True)
    assert run({PAGE: fallback}, fresh)["hit"].status == "ok"
    assert run(plan=fresh)["hit"].status == "fail"


def test_without_tokens_nothing_personal_is_proven() -> None:
    """A warning says so; likewise when no text shows a value."""
    assert run(plan=replace(PLAN, tokens=()))["personal"].status == "warn"
    assert run({PAGE: change(text="Hello")})["leak"].status == "warn"


def test_one_token_is_compared_with_no_token() -> None:
    """A cached personal answer would be shown to an anonymous visitor."""
    single = replace(PLAN, tokens=(ADA,))
    assert run(plan=single)["leak"].status == "ok"
    assert run({PAGE: change(text="Hello Ada")}, single)["leak"].status == "fail"


def test_a_plan_without_questions_and_accounts_has_fewer_results() -> None:
    """Catalogues need not have them."""
    results = run(plan=replace(PLAN, question=None, account_page=None))
    assert not {"ask", "401"} & results.keys()


def run_canary(overrides: dict[str, Override] | None = None) -> dict[str, CheckResult]:
    site = ScriptedSite(overrides=overrides or {})
    return {result.name: result for result in run_canary_test(site, PLAN)}


def test_a_canary_asks_for_no_text_that_could_be_missing() -> None:
    """Each miss could start a GPU: one page, one declared question, and what is refused."""
    site = ScriptedSite(overrides={})
    results = list(run_canary_test(site, PLAN))
    assert {result.status for result in results} == {"ok"}
    assert "miss" not in {result.name for result in results}
    assert OTHER_PAGE not in site.requests
    assert ask_path(STRANGE_QUESTION) not in site.requests


@pytest.mark.parametrize(
    ("path", "override", "failed"),
    [
        (PAGE, change(status=0), "hit"),
        (PAGE, change_headers(x_edgefill="fallback; reason=cold"), "hit"),
        (ASK, change_headers(x_edgefill="fallback; reason=cold"), "ask"),
        (PAGE, change_headers(x_content_type_options=""), "headers"),
    ],
)
def test_a_canary_finds_each_fault(path: str, override: Override, failed: str) -> None:
    """A page and a question of the release that are no hits are faults, unlike for a person."""
    assert run_canary({path: override})[failed].status == "fail"
