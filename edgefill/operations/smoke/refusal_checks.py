"""Checks that bad requests are refused with a problem document (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from edgefill.operations.check_result import CheckResult, fail_check, pass_check
from edgefill.operations.smoke.plan import SmokePlan
from edgefill.operations.smoke.site import Site, SiteAnswer

PROBLEM = "application/problem+json"


def check_refusals(site: Site, plan: SmokePlan) -> Iterator[CheckResult]:
    """404, 400 and, when the plan has a page for members only, 401."""
    page = plan.pages[0].partition("?")[0]
    requests = [
        ("/p/no-such-experience", 404),
        (f"{page}?locale=x!", 400),
        (f"{page}?locale=en&locale=de", 400),
        ("/ask", 400),
    ]
    if plan.account_page:
        requests.append((plan.account_page, 401))
    for path, status in requests:
        yield _check_refusal(site.get(path), path, status)


def find_refusal_problem(answer: SiteAnswer, status: int) -> str | None:
    """What is wrong with a refusal; None if nothing is."""
    if answer.status != status:
        return f"{answer.describe()}, not {status}"
    if answer.headers.get("content-type") != PROBLEM:
        return f"{answer.headers.get('content-type')}, not {PROBLEM}"
    if "no-store" not in answer.headers.get("cache-control", ""):
        return "may be stored"
    try:
        document = json.loads(answer.text)
    except ValueError:
        return "the body is not JSON"
    is_whole = isinstance(document, dict) and document.get("status") == status
    return None if is_whole and document.get("detail") else "the document has no status or detail"


def _check_refusal(answer: SiteAnswer, path: str, status: int) -> CheckResult:
    problem = find_refusal_problem(answer, status)
    if problem:
        return fail_check(str(status), f"{path}: {problem}", remedy="compare core/problem.py")
    return pass_check(str(status), path)
