"""SHA-256 and HMAC without OpenSSL: `hashlib` takes 4 ms to import, the built-in C module none."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


_BLOCK = 64  # bytes
_sha256: Callable[..., Any] | None = None


def find_sha256(*modules: str) -> Callable[..., Any]:
    """The SHA-256 function of the first module that exists; ImportError when none does."""
    for module in modules:
        try:
            return __import__(module).sha256  # type: ignore[no-any-return]
        except ImportError:
            continue
    raise ImportError(f"no SHA-256 in {modules}: Edgefill needs CPython 3.11 or newer")


def sha256(data: bytes) -> bytes:
    """The 32 bytes of SHA-256 (FIPS 180-4)."""
    digest: bytes = (_sha256 or _load_sha256())(data).digest()
    return digest


def _load_sha256() -> Callable[..., Any]:
    global _sha256  # noqa: PLW0603 one function per process, found on first use
    _sha256 = find_sha256("_sha2", "_sha256")  # CPython 3.12 and later, 3.11
    return _sha256


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """The 32 bytes of HMAC-SHA-256 (RFC 2104)."""
    block = (sha256(key) if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner = sha256(bytes(byte ^ 0x36 for byte in block) + message)
    return sha256(bytes(byte ^ 0x5C for byte in block) + inner)


def hash_to_fraction(text: str) -> float:
    """A pseudo-random number in [0, 1), the same for the same text."""
    return int.from_bytes(sha256(text.encode())[:6], "big") / 2**48
