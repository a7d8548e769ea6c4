"""Trains in two single-threaded workers that average gradients; one with two threads is slower.

A small model's operators are too short to share between threads (measured here: 3,170 tokens/s for
one process with two threads, 2,450 for each of two with one), and two processes on a busy machine
wait for each other once per step instead of once per operator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import distributed, multiprocessing
from torch.nn import Parameter

WORKERS = 2


def run_workers(train: Callable[[int], None], *, folder: Path) -> None:
    """Call `train(rank)` in each of WORKERS processes; it is picklable. Raises what they raise."""
    rendezvous = folder / "meeting"
    rendezvous.unlink(missing_ok=True)
    multiprocessing.spawn(_run_worker, args=(train, rendezvous.absolute()), nprocs=WORKERS)


def _run_worker(rank: int, train: Callable[[int], None], rendezvous: Path) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=rendezvous.as_uri(), rank=rank, world_size=WORKERS
    )
    try:
        train(rank)
    finally:
        distributed.destroy_process_group()


def average_gradients(parameters: Iterable[Parameter]) -> None:
    """Replace each worker's gradients with the mean over all workers."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for gradient, mean in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))
