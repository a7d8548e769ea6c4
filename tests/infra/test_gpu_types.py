"""The machines of a deployment and the GPUs of `edgefill fit` are two tables of one fact."""

import pytest

from edgefill.operations.sizing.gpu_types import count_gpus, find_gpu
from infra.gpu_types import GPU_TYPES, GpuType


@pytest.mark.parametrize("machine", GPU_TYPES.values(), ids=str)
def test_both_tables_agree_about_a_machine(machine: GpuType) -> None:
    """GPU, memory, number and whether it has bfloat16 (compute capability 8.0 or newer)."""
    gpu = find_gpu(machine.name)
    assert gpu is not None
    assert gpu.name.split()[0] == machine.gpu
    assert (gpu.class_gb, count_gpus(machine.name)) == (machine.gpu_memory_gb, machine.gpus)
    assert (gpu.capability >= 8.0) == machine.bfloat16
