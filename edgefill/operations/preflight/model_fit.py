"""Checks that a model fits on the GPU types of a deployment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from edgefill.operations.check_result import CheckResult, fail_check, pass_check, warn_check
from edgefill.operations.preflight.weights import WeightFolder, read_config, sum_weight_bytes
from edgefill.operations.sizing.fit import fit_gpu
from edgefill.operations.sizing.gpu_types import count_gpus, find_gpu

CONTEXT = 4096  # a prompt and a template
REMEDY = "run `edgefill fit MODEL_FOLDER` and choose a larger GPU type or a smaller model"


def check_model_fits(folder: WeightFolder, instance_types: Iterable[str]) -> Iterator[CheckResult]:
    """One result for each instance type: the model fits on its GPUs; InputRefused."""
    config, weights = read_config(folder), sum_weight_bytes(folder.list_sizes())
    context = min(CONTEXT, config.max_context)
    for instance_type in instance_types:
        gpu, available = find_gpu(instance_type), count_gpus(instance_type)
        if gpu is None:
            text = f"the GPU of {instance_type} is not known to `edgefill fit`"
            yield warn_check("fit", text, remedy="compare its memory with the weights by hand")
            continue
        fit = fit_gpu(config, weights, gpu, context=context, concurrency=1)
        text = f"{instance_type} has {available} x {gpu.name}"
        if fit.count is None:
            yield fail_check("fit", f"{text}: {fit.reason}", remedy=REMEDY)
        elif fit.count > available:
            yield fail_check("fit", f"{text}, the model needs {fit.count}", remedy=REMEDY)
        else:
            yield pass_check("fit", f"{text}, the model needs {fit.count}")
