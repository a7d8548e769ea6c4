"""The demo shop's own site: it logs visitors in and sets their profile tokens.

`/demo/` is the page, `/demo/login?profile=NAME` sets the cookie `edgefill_profile`, and
`/demo/logout` removes it. Use it on this machine only, because it asks for no password.
`python -m edgefill.local.services.shop --port N --state FOLDER` serves.
"""

from __future__ import annotations

import argparse
import mimetypes
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

from cloudfront_emulator.app import App, Message, Receive, Send
from cloudfront_emulator.message import CdnResponse
from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import DevIdentityProvider, read_profile
from edgefill.local.stack.run_file import STATE

COOKIE = "edgefill_profile"
DAY_S = 86_400  # seconds


def create_app(
    identity: DevIdentityProvider, *, folder: Path, clock: Callable[[], float] = time.time
) -> App:
    """An ASGI application for the demo's folder; visitors are in `visitors/NAME.json` in it."""

    def log_in(name: str) -> CdnResponse:
        if not name.isalnum():
            return _make_text_response(404, "no such visitor\n")
        try:
            profile = read_profile(folder / "visitors" / f"{name}.json")
        except InputRefused:
            return _make_text_response(404, "no such visitor\n")
        token = identity.mint_token(profile, now=clock(), ttl=DAY_S)
        return _redirect_to_page(
            f"{COOKIE}={token}; Path=/; Max-Age={DAY_S}; HttpOnly; SameSite=Lax"
        )

    def answer(path: str, query: str) -> CdnResponse:
        if path == "/demo/login":
            return log_in(parse_qs(query).get("profile", [""])[0])
        if path == "/demo/logout":
            return _redirect_to_page(f"{COOKIE}=; Path=/; Max-Age=0")
        return _read_page_file(folder, path)

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            response = answer(scope["path"], scope["query_string"].decode("latin-1"))
            headers = [(n.encode(), v.encode()) for n, v in response.headers]
            await send(
                {"type": "http.response.start", "status": response.status, "headers": headers}
            )
            await send({"type": "http.response.body", "body": response.body})

    return app


def _read_page_file(folder: Path, path: str) -> CdnResponse:
    name = path.removeprefix("/demo/") or "page.html"
    file = _find_file(folder.resolve(), name)
    if not path.startswith("/demo/") or file is None:
        return _make_text_response(404, "not found\n")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    content_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    headers = (("content-type", content_type), ("cache-control", "no-cache"))
    return CdnResponse(status=200, headers=headers, body=file.read_bytes())


def _find_file(root: Path, name: str) -> Path | None:
    """A file of the page; None for any other file and for an impossible file name.

    Visitors' profiles are in the same folder and must not be served.
    """
    try:
        file = (root / name).resolve()
        is_public = file.is_relative_to(root) and not file.is_relative_to(root / "visitors")
        return file if is_public and file.is_file() else None
    except (OSError, ValueError):
        return None


def _redirect_to_page(cookie: str) -> CdnResponse:
    headers = (("location", "/demo/"), ("set-cookie", cookie), ("cache-control", "no-store"))
    return CdnResponse(status=303, headers=headers)


def _make_text_response(status: int, text: str) -> CdnResponse:
    return CdnResponse(status=status, headers=(("content-type", "text/plain"),), body=text.encode())


def main() -> None:
    """Serve until a signal ends it."""
    import uvicorn  # noqa: PLC0415 (tests need no server)

    parser = argparse.ArgumentParser(prog="edgefill.local.services.shop", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, default=STATE)
    parser.add_argument("--folder", type=Path, default=Path("templates/demo"))
    options = parser.parse_args()
    uvicorn.run(
        create_app(DevIdentityProvider(options.state), folder=options.folder),
        port=options.port,
        access_log=False,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
