"""The GPUs that `edgefill fit` knows, by memory class.

Compute capability: developer.nvidia.com/cuda-gpus. `memory_mib` is what `nvidia-smi` shows as the
total, with ECC where the GPU has it; it is less than the size in the GPU's name. These totals are
from memory of such listings, not measured here. Instance types: aws.amazon.com/ec2/instance-types,
accelerated computing; for each number of GPUs the smallest that has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuSpec:
    """One kind of GPU; `class_gb` is the size in its name, `instances` has AWS's by GPU count."""

    name: str
    class_gb: int
    memory_mib: int
    capability: float
    instances: Mapping[int, str] = field(default_factory=dict)

    @property
    def memory_bytes(self) -> int:
        """The total memory of one GPU."""
        return self.memory_mib * 2**20


GPU_TYPES = (
    GpuSpec(name="RTX 4060", class_gb=8, memory_mib=8188, capability=8.9),
    GpuSpec(
        name="T4",
        class_gb=16,
        memory_mib=15360,
        capability=7.5,
        instances={1: "g4dn.xlarge", 4: "g4dn.12xlarge", 8: "g4dn.metal"},
    ),
    GpuSpec(name="RTX 4080", class_gb=16, memory_mib=16376, capability=8.9),
    GpuSpec(
        name="A10G",
        class_gb=24,
        memory_mib=23028,
        capability=8.6,
        instances={1: "g5.xlarge", 4: "g5.12xlarge", 8: "g5.48xlarge"},
    ),
    GpuSpec(
        name="L4",
        class_gb=24,
        memory_mib=23034,
        capability=8.9,
        instances={1: "g6.xlarge", 4: "g6.12xlarge", 8: "g6.48xlarge"},
    ),
    GpuSpec(name="RTX 4090", class_gb=24, memory_mib=24564, capability=8.9),
    GpuSpec(name="RTX 5090", class_gb=32, memory_mib=32607, capability=12.0),
    GpuSpec(
        name="A100 40GB",
        class_gb=40,
        memory_mib=40960,
        capability=8.0,
        instances={8: "p4d.24xlarge"},
    ),
    GpuSpec(
        name="L40S",
        class_gb=48,
        memory_mib=46068,
        capability=8.9,
        instances={1: "g6e.xlarge", 4: "g6e.12xlarge", 8: "g6e.48xlarge"},
    ),
    GpuSpec(
        name="A100 80GB",
        class_gb=80,
        memory_mib=81920,
        capability=8.0,
        instances={8: "p4de.24xlarge"},
    ),
    GpuSpec(
        name="H100",
        class_gb=80,
        memory_mib=81559,
        capability=9.0,
        instances={1: "p5.4xlarge", 8: "p5.48xlarge"},
    ),
    GpuSpec(name="RTX PRO 6000 Blackwell", class_gb=96, memory_mib=97887, capability=12.0),
    GpuSpec(
        name="H200",
        class_gb=141,
        memory_mib=143771,
        capability=9.0,
        instances={8: "p5en.48xlarge"},
    ),
    GpuSpec(
        name="B200",
        class_gb=180,
        memory_mib=183359,
        capability=10.0,
        instances={8: "p6-b200.48xlarge"},
    ),
)

# Sizes of the G families that have several GPUs; every other size of them has one.
_SEVERAL = {"12xlarge": 4, "24xlarge": 4, "48xlarge": 8, "metal": 8}


def find_gpu(instance_type: str) -> GpuSpec | None:
    """The GPU of an AWS instance type such as g6.2xlarge; None for a family that is not known."""
    family = instance_type.partition(".")[0]
    for gpu in GPU_TYPES:
        if any(name.startswith(f"{family}.") for name in gpu.instances.values()):
            return gpu
    return None


def count_gpus(instance_type: str) -> int:
    """The number of GPUs of an instance type of a known family."""
    family, _, size = instance_type.partition(".")
    if family.startswith("p"):
        return 1 if size == "4xlarge" else 8
    return _SEVERAL.get(size, 1)
