"""`edgefill smoke` as a user runs it; against a whole stack: tests/flow/test_smoke.py."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.__main__ import create_app
from edgefill.cli.operations.smoke import parse_url
from edgefill.core.errors import InputRefused
from edgefill.local.stack.ports import HOST, find_free_port
from edgefill.operations.site_plan import build_plan

CATALOGUE = load_catalogue(Path("templates/catalogue"))


def test_a_site_that_is_down_is_one_line_and_exit_1() -> None:
    """Also as JSON, without a traceback."""
    words = ["smoke", "--url", f"http://{HOST}:{find_free_port()}/", "--wait", "0", "--json"]
    done = CliRunner().invoke(create_app(("smoke",)), words)
    (row,) = json.loads(done.stdout)["checks"]
    assert (done.exit_code, row["check"], row["status"]) == (1, "hit", "fail")


def test_the_plan_has_every_anonymous_page() -> None:
    """An HTML page with a name first; a page for members; a question of the default locale."""
    plan = build_plan(CATALOGUE, (), is_fresh=False, wait_s=1)
    first = plan.pages[0].removeprefix("/p/").partition("?")[0]
    assert CATALOGUE.entry(first).experience.format == "html"
    assert "/p/welcome?locale=de" in plan.pages
    assert plan.account_page == "/p/account-security"
    assert plan.question
    assert not any("account-security" in page for page in plan.pages)


def test_a_catalogue_without_questions_has_none() -> None:
    """Then /ask is not checked; without a public page there is nothing to check."""
    silent = replace(CATALOGUE, questions=None)
    assert build_plan(silent, (), is_fresh=False, wait_s=1).question is None
    with pytest.raises(InputRefused, match="no experience for visitors without a token"):
        build_plan(replace(silent, entries={}), (), is_fresh=False, wait_s=1)


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example", "https://a.example/p/x"])
def test_another_url_is_refused(url: str) -> None:
    """With an example of a right one."""
    with pytest.raises(InputRefused, match=r"write e\.g\. https://"):
        parse_url(url)
