"""Weights from the Hugging Face hub, by its own client, which checks what it downloads.

The one module that imports huggingface_hub; its settings are the client's (HF_TOKEN, HF_ENDPOINT).
"""

from __future__ import annotations

from pathlib import Path

from edgefill.core.errors import InputRefused

PATTERNS = ("*.json", "*.safetensors", "*.jinja", "*.model", "*.txt", "*.onnx", "*.onnx.data")


def fetch_hub(source: str, folder: Path) -> None:
    """Fill `folder` from `hub:OWNER/NAME` or `hub:OWNER/NAME@REVISION`; what is there stays."""
    name, _, revision = source.removeprefix("hub:").partition("@")
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415 other sources need it not
    except ImportError:
        raise InputRefused(f"{source}: install huggingface-hub to fetch it") from None
    try:
        snapshot_download(
            name, revision=revision or None, local_dir=folder, allow_patterns=list(PATTERNS)
        )
    except (OSError, ValueError, RuntimeError) as error:  # its own errors are among these
        said = " ".join(str(error).split())[:200]
        raise InputRefused(
            f"{source}: cannot be fetched ({type(error).__name__}: {said});"
            " check the name, HF_TOKEN and the network, or name a local folder"
        ) from error
