"""The kinds of machines with GPUs that a deployment may use.

Sizes: aws.amazon.com/ec2/instance-types, pages G4, G5, G6, P4 and P5. A machine that is not in the
table is refused, not guessed. `edgefill fit` has a table of GPUs, also of those that AWS does not
offer; a test holds both in agreement.
"""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.core.errors import InputRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuType:
    """One EC2 instance type; `gpu_memory_gb` is the memory of each of its GPUs."""

    name: str
    gpu: str
    gpus: int
    gpu_memory_gb: int
    vcpus: int
    memory_gb: int
    bfloat16: bool = True  # compute capability 8.0 or newer; without it vLLM needs `--dtype half`

    @property
    def quota_family(self) -> str:
        """The family whose vCPU quota in EC2 limits this type: G (with VT) or P."""
        return self.name[0].upper()


def _list_types() -> tuple[GpuType, ...]:
    rows = (
        ("g4dn.xlarge", "T4", 1, 16, 4, 16),
        ("g5.xlarge", "A10G", 1, 24, 4, 16),
        ("g5.2xlarge", "A10G", 1, 24, 8, 32),
        ("g6.xlarge", "L4", 1, 24, 4, 16),
        ("g6.2xlarge", "L4", 1, 24, 8, 32),
        ("g6e.xlarge", "L40S", 1, 48, 4, 32),
        ("g6e.2xlarge", "L40S", 1, 48, 8, 64),
        ("p5.4xlarge", "H100", 1, 80, 16, 256),
        ("g5.12xlarge", "A10G", 4, 24, 48, 192),
        ("g6.12xlarge", "L4", 4, 24, 48, 192),
        ("g6e.12xlarge", "L40S", 4, 48, 48, 384),
        ("p4d.24xlarge", "A100", 8, 40, 96, 1152),
        ("p4de.24xlarge", "A100", 8, 80, 96, 1152),
        ("p5.48xlarge", "H100", 8, 80, 192, 2048),
    )
    return tuple(
        GpuType(
            name=name,
            gpu=gpu,
            gpus=gpus,
            gpu_memory_gb=gpu_memory_gb,
            vcpus=vcpus,
            memory_gb=memory_gb,
            bfloat16=gpu != "T4",
        )
        for name, gpu, gpus, gpu_memory_gb, vcpus, memory_gb in rows
    )


GPU_TYPES = {each.name: each for each in _list_types()}
# The codes of EC2's vCPU quotas, by family and Spot (Service Quotas console, service `ec2`).
QUOTA_CODES = {
    ("G", False): "L-DB2E81BA",
    ("G", True): "L-3819A6DF",
    ("P", False): "L-417A185B",
    ("P", True): "L-7212CCBC",
}


def find_gpu_type(name: str) -> GpuType:
    """The type of that name; InputRefused lists the known ones."""
    if name not in GPU_TYPES:
        raise InputRefused(
            f"GPU type {name!r} is unknown; choose one of {', '.join(GPU_TYPES)},"
            " or add its sizes to infra/gpu_types.py"
        )
    return GPU_TYPES[name]
