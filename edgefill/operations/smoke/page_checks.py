"""Checks of pages and questions: hit, miss that becomes a hit, fallback, headers."""

from __future__ import annotations

import time
from collections.abc import Iterator

from edgefill.operations.check_result import CheckResult, fail_check, pass_check, warn_check
from edgefill.operations.smoke.plan import STRANGE_QUESTION, SmokePlan, ask_path
from edgefill.operations.smoke.site import Site, SiteAnswer

LOG = "look at the edge's log (docs/operations.md)"
CONNECT = "check the URL, and that the deployment or `edgefill up` runs"
OUTCOMES = ("hit", "miss", "fallback", "clarify")
PUBLISH = "publish a release: `edgefill generate`, then `edgefill publish`"


def check_hit(site: Site, plan: SmokePlan, seen: dict[str, SiteAnswer]) -> CheckResult:
    """A page is filled from a template; on a fresh deployment the first page is a fallback.

    `seen` gets the answer of each page that was requested, up to the first with this outcome.
    """
    wanted = "fallback" if plan.is_fresh else "hit"
    for page in plan.pages[:1] if plan.is_fresh else plan.pages:
        answer = seen[page] = site.get(page)
        if answer.status != 200:
            remedy = LOG if answer.status else CONNECT
            return fail_check("hit", f"{page}: {answer.describe()}", remedy=remedy)
        if answer.outcome == wanted:
            return pass_check("hit", f"{page}: {answer.describe()}")
    text = f"none of {len(seen)} pages is a {wanted}, the last: {answer.describe()}"
    return fail_check("hit", text, remedy=PUBLISH)


def check_miss(site: Site, plan: SmokePlan, seen: dict[str, SiteAnswer]) -> CheckResult:
    """The first page that is a miss becomes a hit; `seen` gets the answer of every page."""
    for path in (*plan.pages, ask_path(STRANGE_QUESTION)):
        if path not in seen:
            seen[path] = site.get(path)
        if seen[path].outcome == "miss":
            return _check_next_visit(site, path, seen[path], plan)
    return pass_check("miss", f"no key is missing: {len(seen)} requests had an answer")


def check_fallback(seen: dict[str, SiteAnswer]) -> CheckResult:
    """Every answer was 200 with a text; a fallback names its reason and is not stored."""
    broken = {path: answer for path, answer in seen.items() if not is_presentable(answer)}
    for path, answer in broken.items():
        remedy = "look at the API's log (docs/operations.md)"
        return fail_check("fallback", f"{path}: {answer.describe()}", remedy=remedy)
    fallbacks = {path: answer for path, answer in seen.items() if answer.outcome == "fallback"}
    for path, answer in fallbacks.items():
        text = answer.headers["x-edgefill"]
        if "reason=" not in text or "no-store" not in answer.headers.get("cache-control", ""):
            remedy = "a fallback needs a reason and no-store; this is a bug"
            return fail_check("fallback", f"{path}: {text}", remedy=remedy)
        return pass_check("fallback", f"{len(fallbacks)} of {len(seen)}, e.g. {path}: {text}")
    return pass_check("fallback", f"none of {len(seen)} answers needed one")


def check_question(
    site: Site, plan: SmokePlan, *, wanted: tuple[str, ...] = OUTCOMES
) -> Iterator[CheckResult]:
    """A free question gets a wanted answer; without a question in the plan there is no result."""
    if plan.question_path is None:
        return
    answer = site.get(plan.question_path)
    if answer.status == 200 and answer.outcome in wanted:
        yield pass_check("ask", answer.describe())
    else:
        remedy = "look at the edge's and the API's log (docs/operations.md)"
        yield fail_check("ask", f"{plan.question_path}: {answer.describe()}", remedy=remedy)


def check_headers(site: Site, plan: SmokePlan) -> CheckResult:
    """An HTML page has the policies that keep injected content from running."""
    answer = site.get(plan.pages[0])
    missing = [name for name, problem in find_header_problems(answer).items() if problem]
    if missing:
        text = f"{plan.pages[0]}: wrong or missing {', '.join(missing)}"
        return fail_check("headers", text, remedy="compare edgefill/visit/answer_headers.py")
    return pass_check("headers", "CSP, nosniff, language, X-Edgefill")


def find_header_problems(answer: SiteAnswer) -> dict[str, bool]:
    """For each header of an HTML answer, whether it is wrong."""
    headers = answer.headers
    policy = headers.get("content-security-policy", "")
    return {
        "X-Edgefill": answer.outcome not in OUTCOMES,
        "Content-Type": not headers.get("content-type", "").startswith("text/html"),
        "Content-Security-Policy": "default-src 'none'" not in policy or "unsafe" in policy,
        "X-Content-Type-Options": headers.get("x-content-type-options") != "nosniff",
        "Content-Language": not headers.get("content-language"),
    }


def is_presentable(answer: SiteAnswer) -> bool:
    """Whether a visitor can read the answer."""
    return answer.status == 200 and answer.outcome in OUTCOMES and bool(answer.text.strip())


def wait_for_outcome(site: Site, path: str, outcome: str, plan: SmokePlan) -> SiteAnswer:
    """The first answer of `path` with this outcome, or the last one within `plan.wait_s`."""
    until = time.monotonic() + plan.wait_s
    while True:
        answer = site.get(path)
        is_final = answer.outcome in (outcome, "fallback") or answer.status != 200
        if is_final or time.monotonic() > until:
            return answer
        time.sleep(plan.retry_every_s)


def _check_next_visit(site: Site, path: str, first: SiteAnswer, plan: SmokePlan) -> CheckResult:
    later = wait_for_outcome(site, path, "hit", plan)
    if later.outcome == "hit":
        return pass_check("miss", f"{path}: {first.describe()}, then a hit")
    text = f"{path}: {first.describe()}, then {later.describe()}"
    return warn_check("miss", text, remedy="look at the judge and the worker (docs/operations.md)")
