"""Fill a model folder from S3 or the Hugging Face hub; a file appears only when it is complete."""

from __future__ import annotations

from pathlib import Path

from edgefill.core.errors import InputRefused


def fetch_weights(source: str, folder: Path) -> None:
    """Fill `folder` from `s3://BUCKET/PREFIX` or `hub:OWNER/NAME`; "" means it is already filled.

    InputRefused names what cannot be fetched and the remedy.
    """
    if source.startswith("s3://"):
        try:
            from gpu_service.weights.s3 import fetch_from_s3  # noqa: PLC0415 boto3 is slow to import
        except ImportError:
            raise InputRefused(f"{source}: install boto3 to fetch it") from None
        fetch_from_s3(source, folder)
    elif source.startswith("hub:"):
        from gpu_service.weights.hub import fetch_from_hub  # noqa: PLC0415

        fetch_from_hub(source, folder)
    elif source:
        raise InputRefused(
            f"EDGEFILL_GPU_WEIGHTS: {source[:80]!r}; write s3://BUCKET/PREFIX or hub:OWNER/NAME"
        )
