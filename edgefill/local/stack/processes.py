"""The parts of the stack: what each process runs and is told."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import AUDIENCE, ISSUER
from edgefill.local.stack.ports import HOST
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.run_file import RunFile

# What boto3 must not find on its own: somebody's real account.
LOCAL_AWS_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}

EDGE_FUNCTION = "Edge/Fill"  # its construct path in infra/edge/function.py

# On one machine everybody comes from one address, and a day is one experiment after another.
AMPLE_BUDGETS = {"EDGEFILL_API_PRINCIPAL_PER_HOUR": "100000", "EDGEFILL_API_KEY_PER_HOUR": "1000"}


def parse_port(url: str) -> str:
    """The port in a URL, as a command line takes it."""
    return str(urlsplit(url).port)


def build_aws_spec(running: RunFile) -> ProcessSpec:
    """S3, DynamoDB and SQS, by moto."""
    return ProcessSpec(
        name="aws",
        command=(
            *build_module_command("edgefill.local.services.aws"),
            "--port",
            parse_port(running.s3_endpoint),
        ),
        environment=LOCAL_AWS_ENVIRONMENT,
        ready=f"{running.s3_endpoint}/moto-api/",
    )


def build_gpu_spec(
    running: RunFile, substitute: tuple[str, ...] | None, engine: str = "onnx"
) -> ProcessSpec:
    """The GPU service on `engine`, or the program that stands in for it."""
    port = parse_port(running.gpu_url)
    return ProcessSpec(
        name="gpu",
        command=(*substitute, port)
        if substitute
        else (find_engine_python(engine), "-m", "gpu_service"),
        environment={
            "EDGEFILL_GPU_ENGINE": engine,
            "EDGEFILL_GPU_HOST": HOST,
            "EDGEFILL_GPU_PORT": port,
        },
        ready=f"{running.gpu_url}/ready",
        ready_within_s=120,
    )


def build_api_environment(
    running: RunFile, *, state: Path, templates: Path, hs256_secret: str
) -> dict[str, str]:
    """What the API and its worker are told."""
    return {
        **LOCAL_AWS_ENVIRONMENT,
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
        **AMPLE_BUDGETS,
    }


def build_api_spec(running: RunFile, environment: Mapping[str, str]) -> ProcessSpec:
    """The API behind its Function URL."""
    return ProcessSpec(
        name="api",
        command=(
            *build_module_command("edgefill.local.services.function_url"),
            "--port",
            parse_port(running.api_url),
        ),
        environment=environment,
        ready=f"tcp://{HOST}:{parse_port(running.api_url)}",
    )


def build_worker_spec(running: RunFile, environment: Mapping[str, str]) -> ProcessSpec:
    """The API's worker behind its queue."""
    return ProcessSpec(
        name="worker",
        command=(
            *build_module_command("edgefill.local.services.worker"),
            *("--endpoint", running.s3_endpoint, "--queue", running.queue_url),
        ),
        environment=environment,
    )


def build_shop_spec(running: RunFile, *, state: Path, templates: Path) -> ProcessSpec:
    """The demo shop's own site."""
    return ProcessSpec(
        name="shop",
        command=(
            *build_module_command("edgefill.local.services.shop"),
            *("--port", parse_port(running.shop_url), "--state", str(state)),
            *("--folder", str(templates / "demo")),
        ),
        ready=f"{running.shop_url}/",
    )


def build_cdn_spec(running: RunFile, *, template: Path, edge: Path) -> ProcessSpec:
    """The CDN as synthesised, with the edge function from the folder `edge`."""
    origins = {
        "templates": f"{running.s3_endpoint}/{running.bucket}",
        "api": running.api_url,
        "site": running.shop_url,
    }
    maps = [word for name, url in origins.items() for word in ("--map", f"{name}={url}")]
    return ProcessSpec(
        name="cdn",
        command=(
            *build_module_command("cloudfront_emulator"),
            *("--template", str(template), "--bundle", f"{EDGE_FUNCTION}={edge}", *maps),
            *("--port", parse_port(running.cdn), "--control", parse_port(running.control)),
            *("--aws-endpoint", running.s3_endpoint),
        ),
        ready=f"tcp://{HOST}:{parse_port(running.cdn)}",
    )


def find_engine_python(engine: str) -> str:
    """The Python in which `engine` is installed: vLLM has an environment of its own beside this."""
    if engine != "vllm":
        return sys.executable
    environment = Path(sys.prefix)
    python = environment.with_name(f"{environment.name}-vllm") / "bin" / "python"
    if not python.exists():
        raise InputRefused(f"--engine vllm: {python}: there is none; run `make setup-vllm` first")
    return str(python)


def build_module_command(module: str) -> tuple[str, ...]:
    """The command that runs a module with the same interpreter."""
    return (sys.executable, "-m", module)
