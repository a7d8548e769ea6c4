"""The processes of the stack: the command line and environment of each."""

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

# Keeps boto3 from finding the credentials of a real account.
LOCAL_AWS_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}

EDGE_FUNCTION = "Edge/Fill"  # construct path, see infra/edge/function.py

# For experiments: on one machine all requests come from one address.
AMPLE_LIMITS = {
    "EDGEFILL_API_QUESTIONS_PER_HOUR": "100000",
    "EDGEFILL_API_PRINCIPAL_PER_HOUR": "100000",
    "EDGEFILL_API_KEY_PER_HOUR": "1000",
    "EDGEFILL_API_TOKENS_PER_DAY": "1000000000",
}


def parse_port(url: str) -> str:
    """The port of a URL, as a word of a command line."""
    return str(urlsplit(url).port)


def build_aws_spec(run_file: RunFile) -> ProcessSpec:
    """Moto as S3, DynamoDB and SQS."""
    return ProcessSpec(
        name="aws",
        command=(
            *build_module_command("edgefill.local.services.aws"),
            "--port",
            parse_port(run_file.s3_endpoint),
        ),
        environment=LOCAL_AWS_ENVIRONMENT,
        ready=f"{run_file.s3_endpoint}/moto-api/",
    )


def build_gpu_spec(
    run_file: RunFile, substitute: tuple[str, ...] | None, engine: str = "onnx"
) -> ProcessSpec:
    """The GPU service on `engine`, or the command `substitute` with its port appended."""
    port = parse_port(run_file.gpu_url)
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
        ready=f"{run_file.gpu_url}/ready",
        ready_within_s=120,
    )


def build_api_environment(
    run_file: RunFile,
    *,
    state: Path,
    templates: Path,
    hs256_secret: str,
    question_key: str,
    ample_limits: bool = False,
) -> dict[str, str]:
    """The environment of the API and its worker, with the deployed limits or AMPLE_LIMITS."""
    return {
        **LOCAL_AWS_ENVIRONMENT,
        "EDGEFILL_API_BUCKET": run_file.bucket,
        "EDGEFILL_API_TABLE": run_file.table,
        "EDGEFILL_API_QUEUE_URL": run_file.queue_url,
        "EDGEFILL_API_GPU_URL": run_file.gpu_url,
        "EDGEFILL_API_ENDPOINT_URL": run_file.s3_endpoint,
        "EDGEFILL_API_ISSUER": ISSUER,
        "EDGEFILL_API_AUDIENCE": AUDIENCE,
        "EDGEFILL_API_JWKS": str(state / "jwks.json"),
        "EDGEFILL_API_HS256_SECRET": hs256_secret,
        "EDGEFILL_API_QUESTION_KEY": question_key,
        "EDGEFILL_API_TEMPLATES": str(templates),
        "EDGEFILL_API_KEEP_QUESTIONS": "1",
        **(AMPLE_LIMITS if ample_limits else {}),
    }


def build_api_spec(run_file: RunFile, environment: Mapping[str, str]) -> ProcessSpec:
    """The API behind its Function URL."""
    return ProcessSpec(
        name="api",
        command=(
            *build_module_command("edgefill.local.services.function_url"),
            "--port",
            parse_port(run_file.api_url),
        ),
        environment=environment,
        ready=f"tcp://{HOST}:{parse_port(run_file.api_url)}",
    )


def build_worker_spec(run_file: RunFile, environment: Mapping[str, str]) -> ProcessSpec:
    """The API's worker behind its queue."""
    return ProcessSpec(
        name="worker",
        command=(
            *build_module_command("edgefill.local.services.worker"),
            *("--endpoint", run_file.s3_endpoint, "--queue", run_file.queue_url),
            *("--bucket", run_file.bucket),
        ),
        environment=environment,
    )


def build_shop_spec(run_file: RunFile, *, state: Path, templates: Path) -> ProcessSpec:
    """The demo shop's own site."""
    return ProcessSpec(
        name="shop",
        command=(
            *build_module_command("edgefill.local.services.shop"),
            *("--port", parse_port(run_file.shop_url), "--state", str(state)),
            *("--folder", str(templates / "demo")),
        ),
        ready=f"{run_file.shop_url}/",
    )


def build_cdn_spec(run_file: RunFile, *, template: Path, edge: Path) -> ProcessSpec:
    """The CDN emulator for a synthesised template; the edge function's bundle is in `edge`."""
    origins = {
        "templates": f"{run_file.s3_endpoint}/{run_file.bucket}",
        "api": run_file.api_url,
        "site": run_file.shop_url,
    }
    maps = [word for name, url in origins.items() for word in ("--map", f"{name}={url}")]
    return ProcessSpec(
        name="cdn",
        command=(
            *build_module_command("cloudfront_emulator"),
            *("--template", str(template), "--bundle", f"{EDGE_FUNCTION}={edge}", *maps),
            *("--port", parse_port(run_file.cdn), "--control", parse_port(run_file.control)),
            *("--aws-endpoint", run_file.s3_endpoint),
        ),
        ready=f"tcp://{HOST}:{parse_port(run_file.cdn)}",
    )


def find_engine_python(engine: str) -> str:
    """The Python in which `engine` is installed; InputRefused.

    vLLM has a virtual environment of its own, next to this one.
    """
    if engine != "vllm":
        return sys.executable
    environment = Path(sys.prefix)
    python = environment.with_name(f"{environment.name}-vllm") / "bin" / "python"
    if not python.exists():
        raise InputRefused(f"--engine vllm: {python} does not exist; run `make setup-vllm` first")
    return str(python)


def build_module_command(module: str) -> tuple[str, ...]:
    """The command that runs a module with this interpreter."""
    return (sys.executable, "-m", module)
