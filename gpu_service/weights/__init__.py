"""Weights: a model folder filled from where its files are kept, each file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from edgefill.core.errors import InputRefused


def fetch(source: str, folder: Path) -> None:
    """Fill `folder` from `s3://BUCKET/PREFIX` or `hub:OWNER/NAME`; with "" it is filled already.

    InputRefused names what cannot be fetched and the remedy.
    """
    if source.startswith("s3://"):
        try:
            from gpu_service.weights.s3 import fetch_s3  # noqa: PLC0415 boto3 is slow to import
        except ImportError:
            raise InputRefused(f"{source}: install boto3 to fetch it") from None
        fetch_s3(source, folder)
    elif source.startswith("hub:"):
        from gpu_service.weights.hub import fetch_hub  # noqa: PLC0415

        fetch_hub(source, folder)
    elif source:
        raise InputRefused(
            f"EDGEFILL_GPU_WEIGHTS: {source[:80]!r}; write s3://BUCKET/PREFIX or hub:OWNER/NAME"
        )
