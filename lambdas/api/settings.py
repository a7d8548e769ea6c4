"""Settings of the API and its worker; every invalid one is named at the start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from edgefill.core.errors import InputRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "EDGEFILL_API_"

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class ApiSettings(BaseModel):
    """Each field is `EDGEFILL_API_<FIELD>`; times are in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bucket: str
    table: str
    queue_url: str
    gpu_url: str
    gpu_key: SecretStr = SecretStr("")  # the API key of the service at `gpu_url`
    # The ECS service to start at a cold miss, its cluster, and its capacity providers in order of
    # preference, comma-separated; "": nothing is started.
    gpu_service: str = ""
    gpu_cluster: str = ""
    gpu_providers: str = ""
    wake_every_s: Seconds = 600  # before another cold miss may start the service again
    issuer: str
    audience: str
    jwks: Path | None = None  # a JWK set, as JSON
    hs256_secret: SecretStr | None = None  # one machine's own tokens
    leeway_s: float = 30
    templates: Path = Path("templates")
    region: str = "us-east-1"
    endpoint_url: str | None = None  # an emulator instead of AWS
    pepper: SecretStr = SecretStr("")  # secret in the hash of principals
    question_key: SecretStr = SecretStr("")  # secret in the paths of answers, as at the edge

    # The longest wait of a visitor; infra/edge/origins.py ends it a second later.
    deadline_s: Seconds = 7
    worker_deadline_s: Seconds = 90  # the longest time for a queued template
    # After a failure, other visitors get the fallback at once.
    cooldown_s: Seconds = 10
    # For one AWS call; the same time is reserved at the end of deadline_s.
    store_timeout_s: Seconds = 1.5
    # An AWS service that hangs is not called for so long.
    store_rest_s: Seconds = 3
    key_per_hour: Count = 20  # generations of one key
    principal_per_hour: Count = 60  # generations for one subject or address, queued ones included
    questions_per_hour: Count = 30  # unanswered free questions of one subject or address
    tokens_per_day: Count = 5_000_000  # for all generations together
    tokens_each: Count = 2_000  # reserved for one generation
    # Store masked texts for `edgefill misses`, not only counts.
    keep_questions: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ApiSettings:
        """Read the settings; an empty variable counts as unset. InputRefused."""
        values = {
            name.removeprefix(PREFIX).lower(): text
            for name, text in environment.items()
            if name.startswith(PREFIX) and text
        }
        if region := environment.get("AWS_REGION"):
            values.setdefault("region", region)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InputRefused(_describe_problems(error)) from error


def _describe_problems(error: ValidationError) -> str:
    """Name every invalid variable, without its value, which may be a secret."""
    return "; ".join(
        f"{PREFIX}{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
        for problem in error.errors(include_input=False, include_context=False)
    )
