"""The demo shop's own site."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from edgefill.identity.token import verify_token
from edgefill.identity.trust import Trust
from edgefill.local.services.identity import AUDIENCE, ISSUER, DevIdentityProvider
from edgefill.local.services.shop import create_app

NOW = 1_800_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    visitors = tmp_path / "demo" / "visitors"
    visitors.mkdir(parents=True)
    (visitors / "ada.json").write_text(json.dumps({"sub": "ada", "slots": {"name": "Ada"}}))
    (visitors.parent / "page.html").write_text("<title>Demo</title>")
    (tmp_path / "secret.txt").write_text("secret")
    return visitors.parent


@pytest.fixture
def identity(tmp_path: Path) -> DevIdentityProvider:
    return DevIdentityProvider(tmp_path / "keys")


def get(folder: Path, identity: DevIdentityProvider, url: str) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(identity, folder=folder, clock=lambda: NOW))

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get(url)

    return asyncio.run(send())


def test_the_page_is_served(folder: Path, identity: DevIdentityProvider) -> None:
    """`/demo/` is the page, as HTML that caches must revalidate."""
    answer = get(folder, identity, "/demo/")
    assert (answer.status_code, answer.text) == (200, "<title>Demo</title>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "url",
    [
        *("/", "/demo/nothing", "/demo/%2e%2e/secret.txt", "/demo/visitors", "/demo/%00"),
        *("/demo/visitors/ada.json", f"/demo/{'a' * 300}"),
    ],
)
def test_other_paths_are_not_found(folder: Path, identity: DevIdentityProvider, url: str) -> None:
    """A path that is not a file of the page is a 404, as is a visitor's profile."""
    assert get(folder, identity, url).status_code == 404


def test_login_sets_the_token_of_the_visitor(folder: Path, identity: DevIdentityProvider) -> None:
    """The cookie has a token that verifies and is hidden from scripts; a redirect follows."""
    answer = get(folder, identity, "/demo/login?profile=ada")
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo/")
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    trust = Trust(issuer=ISSUER, audience=AUDIENCE, keys=identity.build_jwks()["keys"])
    token = cookie.removeprefix("edgefill_profile=")
    assert verify_token(token, trust=trust, now=NOW).slots == {"name": "Ada"}


@pytest.mark.parametrize("name", ["", "eve", "../secret", "ada/../ada"])
def test_an_unknown_visitor_is_not_logged_in(
    folder: Path, identity: DevIdentityProvider, name: str
) -> None:
    """A name without a profile is a 404, and so is a name that contains a path."""
    assert get(folder, identity, f"/demo/login?profile={name}").status_code == 404


def test_logout_removes_the_cookie(folder: Path, identity: DevIdentityProvider) -> None:
    """The cookie becomes empty and expires at once."""
    cookie = get(folder, identity, "/demo/logout").headers["set-cookie"]
    assert cookie.startswith("edgefill_profile=;")
    assert "Max-Age=0" in cookie
