"""The parts of the stack: what each process runs and is told."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import AUDIENCE, ISSUER
from edgefill.local.stack.ports import HOST
from edgefill.local.stack.process import Part
from edgefill.local.stack.run_file import Running

# What boto3 must not find on its own: somebody's real account.
NO_ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}

EDGE_FUNCTION = "Edge/Fill"  # its construct path in infra/edge/function.py

# On one machine everybody comes from one address, and a day is one experiment after another.
AMPLE = {"EDGEFILL_API_PRINCIPAL_PER_HOUR": "100000", "EDGEFILL_API_KEY_PER_HOUR": "1000"}


def port_of(url: str) -> str:
    """The port in a URL, as a command line takes it."""
    return str(urlsplit(url).port)


def aws_part(running: Running) -> Part:
    """S3, DynamoDB and SQS, by moto."""
    return Part(
        name="aws",
        command=(*python("edgefill.local.services.aws"), "--port", port_of(running.s3_endpoint)),
        environment=NO_ACCOUNT,
        ready=f"{running.s3_endpoint}/moto-api/",
    )


def gpu_part(running: Running, instead: tuple[str, ...] | None, engine: str = "onnx") -> Part:
    """The GPU service on `engine`, or the program that stands in for it."""
    port = port_of(running.gpu_url)
    return Part(
        name="gpu",
        command=(*instead, port) if instead else (interpreter(engine), "-m", "gpu_service"),
        environment={
            "EDGEFILL_GPU_ENGINE": engine,
            "EDGEFILL_GPU_HOST": HOST,
            "EDGEFILL_GPU_PORT": port,
        },
        ready=f"{running.gpu_url}/ready",
        ready_within=120,
    )


def api_environment(
    running: Running, *, state: Path, templates: Path, hs256_secret: str
) -> dict[str, str]:
    """What the API and its worker are told."""
    return {
        **NO_ACCOUNT,
        "EDGEFILL_API_BUCKET": running.bucket,
        "EDGEFILL_API_TABLE": running.table,
        "EDGEFILL_API_QUEUE_URL": running.queue_url,
        "EDGEFILL_API_GPU_URL": running.gpu_url,
        "EDGEFILL_API_ENDPOINT_URL": running.s3_endpoint,
        "EDGEFILL_API_ISSUER": ISSUER,
        "EDGEFILL_API_AUDIENCE": AUDIENCE,
        "EDGEFILL_API_JWKS": str(state / "jwks.json"),
        "EDGEFILL_API_HS256_SECRET": hs256_secret,
        "EDGEFILL_API_TEMPLATES": str(templates),
        "EDGEFILL_API_KEEP_QUESTIONS": "1",
        **AMPLE,
    }


def api_part(running: Running, environment: Mapping[str, str]) -> Part:
    """The API behind its Function URL."""
    return Part(
        name="api",
        command=(
            *python("edgefill.local.services.function_url"),
            "--port",
            port_of(running.api_url),
        ),
        environment=environment,
        ready=f"tcp://{HOST}:{port_of(running.api_url)}",
    )


def worker_part(running: Running, environment: Mapping[str, str]) -> Part:
    """The API's worker behind its queue."""
    return Part(
        name="worker",
        command=(
            *python("edgefill.local.services.worker"),
            *("--endpoint", running.s3_endpoint, "--queue", running.queue_url),
        ),
        environment=environment,
    )


def shop_part(running: Running, *, state: Path, templates: Path) -> Part:
    """The demo shop's own site."""
    return Part(
        name="shop",
        command=(
            *python("edgefill.local.services.shop"),
            *("--port", port_of(running.shop_url), "--state", str(state)),
            *("--folder", str(templates / "demo")),
        ),
        ready=f"{running.shop_url}/",
    )


def cdn_part(running: Running, *, template: Path, edge: Path) -> Part:
    """The CDN as synthesised, with the edge function from the folder `edge`."""
    origins = {
        "templates": f"{running.s3_endpoint}/{running.bucket}",
        "api": running.api_url,
        "site": running.shop_url,
    }
    maps = [word for name, url in origins.items() for word in ("--map", f"{name}={url}")]
    return Part(
        name="cdn",
        command=(
            *python("cloudfront_emulator"),
            *("--template", str(template), "--bundle", f"{EDGE_FUNCTION}={edge}", *maps),
            *("--port", port_of(running.cdn), "--control", port_of(running.control)),
            *("--aws-endpoint", running.s3_endpoint),
        ),
        ready=f"tcp://{HOST}:{port_of(running.cdn)}",
    )


def interpreter(engine: str) -> str:
    """The Python in which `engine` is installed: vLLM has an environment of its own beside this."""
    if engine != "vllm":
        return sys.executable
    beside = Path(sys.prefix)
    found = beside.with_name(f"{beside.name}-vllm") / "bin" / "python"
    if not found.exists():
        raise InputRefused(f"--engine vllm: {found}: there is none; run `make setup-vllm` first")
    return str(found)


def python(module: str) -> tuple[str, ...]:
    """The command that runs a module with the same interpreter."""
    return (sys.executable, "-m", module)
