"""Requests one page of the running stack, as a visitor's browser does."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import EdgefillError
from edgefill.local.services.identity import DevIdentityProvider, DevVisitor
from edgefill.local.stack.run_file import read_run_file


class PreviewRefused(EdgefillError):
    """The stack refused the request, or did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPage:
    """A page as the stack sent it; `source` is its X-Edgefill header."""

    body: str
    content_type: str
    source: str


def request_page(
    state: Path, experience: str, *, locale: str | None, visitor: DevVisitor | None
) -> StackPage:
    """The running stack's page for an anonymous visitor or `visitor`; PreviewRefused.

    InputRefused when no stack runs.
    """
    query = f"?{urllib.parse.urlencode({'locale': locale})}" if locale else ""
    url = f"{read_run_file(state).cdn}/p/{urllib.parse.quote(experience, safe='')}{query}"
    token = DevIdentityProvider(state).mint_token(visitor, now=time.time()) if visitor else None
    request = urllib.request.Request(  # noqa: S310 (our own URL)
        url, headers={"Cookie": f"edgefill_profile={token}"} if token else {}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return StackPage(
                body=response.read().decode(),
                content_type=response.headers.get("Content-Type", ""),
                source=response.headers["X-Edgefill"],
            )
    except urllib.error.HTTPError as error:
        raise PreviewRefused(_describe_error(error)) from error
    except OSError as error:
        raise PreviewRefused(f"{url} does not answer: {error}") from error


def _describe_error(error: urllib.error.HTTPError) -> str:
    """The `detail` of the problem document (RFC 9457), else only the status."""
    try:
        return f"{json.loads(error.read())['detail']} ({error.code})"
    except (ValueError, KeyError, TypeError):
        return f"the stack answers with status {error.code}"
