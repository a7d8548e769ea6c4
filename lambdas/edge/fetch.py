"""Fetching from the template store over HTTP, with connections that are kept.

`http.client` and `ssl` cost more than everything else here together, so they are imported by the
first fetch, not by the cold start.
"""

from __future__ import annotations

from edgefill.core.errors import StoreUnavailable
from edgefill.core.value import value
from lambdas.edge.signature import make_signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from http.client import HTTPConnection
    from typing import Protocol

    from lambdas.edge.config import EdgeConfig
    from lambdas.edge.signature import Sign

    class Fetch(Protocol):
        """Asks the store for one object; StoreUnavailable when nobody answered."""

        def __call__(self, path: str, etag: str | None, /) -> StoreResponse: ...


STATUSES = (200, 304, 403, 404)  # S3 says 403 for a missing object when listing is not allowed


@value
class StoreResponse:
    """An answer of the store; `status` is one of STATUSES."""

    status: int
    body: bytes = b""
    etag: str | None = None


class HttpFetch:
    """GET under one base URL, signed by `sign` if there is one; safe to share between threads.

    An ETag says that an old copy lies here: nobody should wait long for a newer one, so
    `refresh_timeout_s` is shorter than `timeout_s`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout_s: float,
        refresh_timeout_s: float | None = None,
        sign: Sign | None = None,
    ) -> None:
        scheme, _, rest = base_url.rstrip("/").partition("://")
        self._secure = scheme == "https"
        self._host, slash, prefix = rest.partition("/")
        self._prefix = slash + prefix
        self._timeout_s = timeout_s
        self._refresh_timeout_s = refresh_timeout_s or timeout_s
        self._sign = sign
        self._idle: list[HTTPConnection] = []

    def __call__(self, path: str, etag: str | None, /) -> StoreResponse:
        """One object; a kept connection that the server has closed is replaced once."""
        from http.client import HTTPException  # noqa: PLC0415 30 ms that a cold start spares

        try:
            if kept := self._kept():
                try:
                    return self._ask(kept, path, etag)
                except (ConnectionError, HTTPException):
                    kept.close()
            return self._ask(self._connect(), path, etag)
        except (OSError, HTTPException) as error:
            raise StoreUnavailable(f"{self._host}: {type(error).__name__}") from error

    def _ask(self, connection: HTTPConnection, path: str, etag: str | None) -> StoreResponse:
        target = f"{self._prefix}/{path}"
        headers = {} if self._sign is None else self._sign(self._host, target)
        if etag:
            headers["If-None-Match"] = etag
        timeout_s = self._refresh_timeout_s if etag else self._timeout_s
        connection.timeout = timeout_s  # of a connection that is still to be opened
        if connection.sock is not None:
            connection.sock.settimeout(timeout_s)
        try:
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            body = response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)  # one that is closed by now opens itself again
        if response.status not in STATUSES:
            raise StoreUnavailable(f"{self._host}: status {response.status}")
        return StoreResponse(status=response.status, body=body, etag=response.getheader("ETag"))

    def close(self) -> None:
        """Close the connections that are kept."""
        while kept := self._kept():
            kept.close()

    def _kept(self) -> HTTPConnection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _connect(self) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415 as above

        kind = HTTPSConnection if self._secure else HTTPConnection
        return kind(self._host)


class FallbackFetch:
    """Asks one source, and the next when it does not answer or says 5xx."""

    def __init__(self, *sources: Fetch) -> None:
        self._sources = sources

    def __call__(self, path: str, etag: str | None, /) -> StoreResponse:
        """StoreUnavailable when none answers."""
        reasons = []
        for source in self._sources:
            try:
                return source(path, etag)
            except StoreUnavailable as error:
                reasons.append(str(error))
        raise StoreUnavailable("; ".join(reasons))


def connect_store(config: EdgeConfig, domain: str, fallback_url: str | None = None) -> Fetch:
    """The store as a distribution sees it: through itself, then by the fallback, if there is one.

    `fallback_url` is what the distribution says where the configuration says nothing.
    """
    from os import environ  # noqa: PLC0415

    def source(url: str) -> HttpFetch:
        return HttpFetch(
            url,
            timeout_s=config.fetch_timeout_s,
            refresh_timeout_s=config.refresh_timeout_s,
            sign=make_signer(url.rpartition("/")[2], environ),
        )

    urls = (config.store_url or f"https://{domain}", config.fallback_store_url or fallback_url)
    return FallbackFetch(*[source(url) for url in urls if url])
