"""Fetch objects of the template store over HTTP with persistent connections.

`http.client` and `ssl` take longer to import than the rest of the edge together, so the first fetch
imports them.
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
        """Requests one object from the store; StoreUnavailable when it does not answer."""

        def __call__(self, path: str, etag: str | None, /) -> StoreResponse: ...


STATUSES = (200, 304, 403, 404)  # S3 answers 403 for a missing object unless listing is allowed
# Every response of S3 has it (docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders).
S3_MARK = "x-amz-request-id"


@value
class StoreResponse:
    """A response of the store; `status` is one of STATUSES."""

    status: int
    body: bytes = b""
    etag: str | None = None


class HttpFetch:
    """GET under one base URL, signed by `sign` if given; safe to share between threads.

    `refresh_timeout_s` applies to requests with an ETag. It is shorter than `timeout_s`, since the
    caller has a stale copy.
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
        """Request one object; an idle connection that the server closed is replaced once."""
        from http.client import HTTPException  # noqa: PLC0415 30 ms of a cold start

        try:
            if idle := self._take_idle():
                try:
                    return self._request(idle, path, etag)
                except (ConnectionError, HTTPException):
                    idle.close()
            return self._request(self._connect(), path, etag)
        except (OSError, HTTPException) as error:
            raise StoreUnavailable(f"{self._host}: {type(error).__name__}") from error

    def _request(self, connection: HTTPConnection, path: str, etag: str | None) -> StoreResponse:
        target = f"{self._prefix}/{path}"
        headers = {} if self._sign is None else self._sign(self._host, target)
        if etag:
            headers["If-None-Match"] = etag
        timeout_s = self._refresh_timeout_s if etag else self._timeout_s
        connection.timeout = timeout_s  # for a connection that is not open yet
        if connection.sock is not None:
            connection.sock.settimeout(timeout_s)
        try:
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            body = response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)  # http.client reopens it if it is closed
        # A 403 of the firewall, or of CloudFront, says nothing about the object.
        is_blocked = response.status == 403 and response.getheader(S3_MARK) is None
        if is_blocked or response.status not in STATUSES:
            raise StoreUnavailable(f"{self._host}: status {response.status}")
        return StoreResponse(status=response.status, body=body, etag=response.getheader("ETag"))

    def close(self) -> None:
        """Close the idle connections."""
        while idle := self._take_idle():
            idle.close()

    def _take_idle(self) -> HTTPConnection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _connect(self) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415 as above

        kind = HTTPSConnection if self._secure else HTTPConnection
        return kind(self._host)


class FallbackFetch:
    """Requests from one source, and from the next when it does not answer or answers 5xx."""

    def __init__(self, *sources: Fetch) -> None:
        self._sources = sources

    def __call__(self, path: str, etag: str | None, /) -> StoreResponse:
        """The first response; StoreUnavailable when no source answers."""
        reasons = []
        for source in self._sources:
            try:
                return source(path, etag)
            except StoreUnavailable as error:
                reasons.append(str(error))
        raise StoreUnavailable("; ".join(reasons))


def connect_store(config: EdgeConfig, domain: str, fallback_url: str | None = None) -> Fetch:
    """The store of a distribution: through the distribution itself, then through a fallback.

    `fallback_url` is the URL from the distribution, used when the configuration has none.
    """
    from os import environ  # noqa: PLC0415

    def make_source(url: str) -> HttpFetch:
        return HttpFetch(
            url,
            timeout_s=config.fetch_timeout_s,
            refresh_timeout_s=config.refresh_timeout_s,
            sign=make_signer(url.rpartition("/")[2], environ),
        )

    urls = (config.store_url or f"https://{domain}", config.fallback_store_url or fallback_url)
    return FallbackFetch(*[make_source(url) for url in urls if url])
