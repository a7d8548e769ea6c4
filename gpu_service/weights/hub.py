"""Fetch weights from the Hugging Face hub with its own client, which verifies downloads.

Only this module imports huggingface_hub; the client's settings apply (HF_TOKEN, HF_ENDPOINT).
"""

from __future__ import annotations

from pathlib import Path

from edgefill.core.errors import InputRefused

PATTERNS = ("*.json", "*.safetensors", "*.jinja", "*.model", "*.txt", "*.onnx", "*.onnx.data")


def fetch_from_hub(source: str, folder: Path) -> None:
    """Fill `folder` from `hub:OWNER/NAME` or `hub:OWNER/NAME@REVISION`, keeping complete files."""
    name, _, revision = source.removeprefix("hub:").partition("@")
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415 only this source needs it
    except ImportError:
        raise InputRefused(f"{source}: install huggingface-hub to fetch it") from None
    try:
        snapshot_download(
            name, revision=revision or None, local_dir=folder, allow_patterns=list(PATTERNS)
        )
    except (OSError, ValueError, RuntimeError) as error:  # these include the client's own errors
        message = " ".join(str(error).split())[:200]
        raise InputRefused(
            f"{source}: cannot be fetched ({type(error).__name__}: {message});"
            " check the name, HF_TOKEN and the network, or name a local folder"
        ) from error
