"""Two workers of one thread each, who average their gradients: quicker than one with two threads.

A small model's operators are too short to share between threads (measured here: 3,170 tokens/s for
one process with two threads, 2,450 for each of two with one), and two processes on a busy machine
wait for each other once a step, not once an operator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import distributed, multiprocessing
from torch.nn import Parameter

WORKERS = 2


def in_pairs(work: Callable[[int], None], *, folder: Path) -> None:
    """Call `work(0)` and `work(1)`, each in a process; `work` is picklable. Raises as they do."""
    meeting = folder / "meeting"
    meeting.unlink(missing_ok=True)
    multiprocessing.spawn(_one, args=(work, meeting.absolute()), nprocs=WORKERS)


def _one(rank: int, work: Callable[[int], None], meeting: Path) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=meeting.as_uri(), rank=rank, world_size=WORKERS
    )
    try:
        work(rank)
    finally:
        distributed.destroy_process_group()


def average_gradients(parameters: Iterable[Parameter]) -> None:
    """Replace every worker's gradients by their mean."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for gradient, mean in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))
