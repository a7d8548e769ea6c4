"""The settings of the GPUs: which machines, which model, and when they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edgefill.core.errors import InputRefused
from infra.gpu_types import find_gpu_type

if TYPE_CHECKING:
    from infra.gpu_types import GpuType

# vLLM's own image. A tag can change, so prod needs `...@sha256:<digest>`, which
# `docker buildx imagetools inspect <image>` prints (docs/deploy.md).
VLLM_IMAGE = "docker.io/vllm/vllm-openai:v0.32.0"
# Late metrics change what the newest periods say, so an alarm looks at so many (P1-6).
ALARM_PERIODS = 5
MAX_PROVIDERS = 20  # docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuCapacity:
    """One kind of machine to try: an instance type, on demand or from Spot."""

    instance_type: str
    spot: bool = False

    @property
    def type(self) -> GpuType:
        """Its sizes; InputRefused for an unknown type."""
        return find_gpu_type(self.instance_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuSettings:
    """GPU capacity: 0 to `max_machines` machines, each running one task."""

    # In order of preference; the next one is tried while the one before has no machine.
    capacity: tuple[GpuCapacity, ...] = (
        GpuCapacity(instance_type="g6.xlarge"),
        GpuCapacity(instance_type="g5.xlarge"),
    )
    max_machines: int = 2
    # Stopped machines that start in a minute instead of three; each costs its disk, $31 a month.
    warm_machines: int = 0
    backlog_per_machine: int = 40  # waiting keys for which another machine starts
    idle_minutes: int = 20  # without work, until the last machine stops
    give_up_minutes: int = 60  # without a ready task, until no machine is wanted any more
    max_batch_machines: int = 4  # machines for batch drafting
    nat_gateways: int = 1  # 0: machines in public subnets, without inbound access
    # The names of at least two availability zones that offer the types; (): the account's first two
    zones: tuple[str, ...] = ()

    vllm_image: str = VLLM_IMAGE
    # The first version of the model: a folder in the model bucket, whose parent has all versions.
    # `edgefill model promote` chooses another one (infra/rollout/model_rollout.py).
    model: str = "models/default"
    # LoRA adapters: the folders `adapters/<name>` in the model bucket, of ranks up to the second
    adapters: tuple[str, ...] = ()
    max_lora_rank: int = 16
    max_model_len: int = 8192  # tokens of a prompt and its text
    concurrency: int = 64  # requests that vLLM generates at the same time

    @property
    def types(self) -> tuple[GpuType, ...]:
        """The types in `capacity`; InputRefused names what cannot be used together."""
        types = tuple(each.type for each in self.capacity)
        if len({each.gpus for each in types}) != 1:
            raise InputRefused(
                "gpu.capacity: one task definition serves all types, so they must have the same"
                " number of GPUs; got "
                + (", ".join(f"{each.name} ({each.gpus})" for each in types) or "none")
            )
        return types

    @property
    def gpus_per_machine(self) -> int:
        """The number of GPUs of each machine, over which vLLM divides the model."""
        return self.types[0].gpus

    @property
    def model_name(self) -> str:
        """The model's name in requests: the last part of its folder."""
        return self.model.rstrip("/").rpartition("/")[2]

    @property
    def model_folder(self) -> str:
        """The folder in the model bucket that has a folder for each version of the model."""
        return self.model.rpartition("/")[0]

    @property
    def runs_two_models(self) -> bool:
        """Whether a new version of the model runs next to the old one; one machine has no room."""
        return self.max_machines > 1

    @property
    def most_machines(self) -> int:
        """The service's machines while a new version of the model runs next to the old one."""
        return self.max_machines * (2 if self.runs_two_models else 1)

    @property
    def is_pinned(self) -> bool:
        """Whether the image of vLLM is named by its digest, so that it never changes."""
        return "@sha256:" in self.vllm_image


def check_gpu_settings(gpu: GpuSettings) -> None:
    """InputRefused names the first setting that AWS would refuse, and the remedy."""
    _check_machines(gpu)
    _check_model(gpu)


def _check_machines(gpu: GpuSettings) -> None:
    assert gpu.types
    if len(gpu.capacity) > MAX_PROVIDERS or len(set(gpu.capacity)) < len(gpu.capacity):
        raise InputRefused(f"gpu.capacity: write up to {MAX_PROVIDERS} kinds, each once")
    if gpu.warm_machines and any(each.spot for each in gpu.capacity):
        raise InputRefused("gpu.warm_machines: a warm pool cannot hold Spot machines; set it to 0")
    if gpu.idle_minutes <= ALARM_PERIODS:
        raise InputRefused(
            f"gpu.idle_minutes: {gpu.idle_minutes} is too short; write more than {ALARM_PERIODS},"
            " the minutes for which an alarm remembers work"
        )
    if gpu.give_up_minutes < gpu.idle_minutes:
        raise InputRefused("gpu.give_up_minutes: write at least gpu.idle_minutes")
    if len(gpu.zones) == 1:
        raise InputRefused("gpu.zones: the load balancer needs two availability zones")


def _check_model(gpu: GpuSettings) -> None:
    if gpu.model.strip("/") != gpu.model or not gpu.model_name or not gpu.model_folder:
        raise InputRefused(f"gpu.model: {gpu.model!r}: write a folder such as models/default")
    if min(gpu.concurrency, gpu.max_model_len, gpu.max_lora_rank) < 1:
        raise InputRefused(
            "gpu.concurrency, max_model_len and max_lora_rank: write numbers above 0"
        )
