"""Site: sends GET requests to a deployment; the real one by http.client."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

TIMEOUT_S = 60.0  # a miss may wait for a model


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAnswer:
    """An answer; names of `headers` are in lower case, `status` 0 means none came."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def outcome(self) -> str:
        """`hit`, `miss`, `fallback` or `clarify` of X-Edgefill; "" without the header."""
        return self.headers.get("x-edgefill", "").partition(";")[0]

    @property
    def is_cached(self) -> bool:
        """Whether the CDN answered from its cache (CloudFront's X-Cache)."""
        return self.headers.get("x-cache", "").startswith(("Hit", "RefreshHit"))

    def describe(self) -> str:
        """The status and X-Edgefill, for messages."""
        if self.status == 0:
            return self.text
        return f"{self.status} {self.headers.get('x-edgefill', 'without X-Edgefill')}"


class Site(Protocol):
    """One deployment."""

    def get(self, path: str, *, token: str | None = None) -> SiteAnswer:
        """GET `path` as the visitor of `token`; never raises for a failed connection."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSite:
    """The deployment at `url`; each request has its own connection, redirects are not followed."""

    url: str

    def get(self, path: str, *, token: str | None = None) -> SiteAnswer:
        """See Site."""
        headers = {"User-Agent": "edgefill-smoke", "Accept-Language": "en"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = self._connect()
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return SiteAnswer(
                status=response.status,
                headers={name.lower(): value for name, value in response.getheaders()},
                text=response.read().decode("utf-8", "replace"),
            )
        except (OSError, http.client.HTTPException) as error:
            return SiteAnswer(status=0, headers={}, text=f"no answer from {self.url}: {error}")
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme == "https":
            return http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT_S)
        return http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_S)
