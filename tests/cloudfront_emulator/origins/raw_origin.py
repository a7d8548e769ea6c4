"""An origin that sends scripted bytes over real connections."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.origins.http import HttpOriginClient
from tests.cloudfront_emulator.origins.scripted_transport import CUSTOM

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
T = TypeVar("T")


class RawOrigin:
    """Sends `answers` in turn, one per request, whatever the request; counts its connections.

    An answer is one write, or several of which each is on its way before the next. Without
    further answers it closes, with `closes` after each one.
    """

    def __init__(self, *answers: bytes | Sequence[bytes], closes: bool = False) -> None:
        self._closes = closes
        self._answers = list(answers)
        self.heads: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while self._answers:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self._answers.pop(0)
                for part in [answer] if isinstance(answer, bytes) else answer:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0)
                if self._closes:
                    return
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the client has closed, or the test has ended
        finally:
            writer.close()

    def fetch_all(self, *requests: CdnRequest) -> list[CdnResponse]:
        """The responses to `requests`, one after the other, by one client."""

        async def keep(response: CdnResponse) -> CdnResponse:
            return response

        return self.read_all(keep, *requests)

    def read_all(
        self, read: Callable[[CdnResponse], Awaitable[T]], *requests: CdnRequest
    ) -> list[T]:
        """What `read` makes of each response while the connections are open."""

        async def ask() -> list[T]:
            listening = await asyncio.start_server(self.serve, "127.0.0.1", 0)
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            client = HttpOriginClient({"api": url}, origins={"api": CUSTOM})
            try:
                return [await read(await client.fetch(each, CUSTOM)) for each in requests]
            finally:
                await client.close()
                listening.close()

        return asyncio.run(ask())
