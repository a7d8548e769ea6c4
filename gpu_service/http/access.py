"""Access: who may ask; API keys compared in constant time, and never logged.

Clients send `Authorization: Bearer <key>`, as to OpenAI and vLLM (`--api-key`,
docs.vllm.ai/en/latest/serving/openai_compatible_server.html).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused
from gpu_service.settings import PREFIX, Settings

SHORTEST = 16
REMEDY = (
    f"set {PREFIX}API_KEYS or {PREFIX}API_KEYS_FILE, or {PREFIX}ALLOW_OPEN=1 on a closed network"
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The digests of the keys that may ask; without any, everybody may."""

    digests: tuple[bytes, ...] = ()

    def caller(self, authorization: str, address: str) -> str | None:
        """A name for who asks, which tells nothing of the key; None when they may not."""
        if not self.digests:
            return f"address:{address}"
        scheme, _, key = authorization.partition(" ")
        asked = _digest(key.strip()) if scheme.lower() == "bearer" else b""
        same = [hmac.compare_digest(asked, digest) for digest in self.digests]  # all, always
        return f"key:{same.index(True)}" if any(same) else None


def keys_from(settings: Settings) -> Keys:
    """The keys that `settings` name; InputRefused when they leave a public host open."""
    keys = [key.strip() for key in settings.api_keys.split(",")]
    if settings.api_keys_file:
        keys += _lines(Path(settings.api_keys_file))
    keys = [key for key in keys if key]
    if any(len(key) < SHORTEST or not key.isascii() for key in keys):
        raise InputRefused(f"{PREFIX}API_KEYS: a key has {SHORTEST} ASCII characters at least")
    if not (keys or settings.allow_open or _loopback(settings.host)):
        raise InputRefused(f"{PREFIX}HOST: {settings.host} is open to other machines; {REMEDY}")
    return Keys(tuple(_digest(key) for key in keys))


def _lines(path: Path) -> list[str]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        what = type(error).__name__
        raise InputRefused(f"{PREFIX}API_KEYS_FILE: {path}: unreadable ({what})") from None
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise InputRefused(f"{PREFIX}API_KEYS_FILE: {path}: holds no key; write one a line")
    return keys


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
