"""The local machine in the place of a GPU machine: images, environments and ports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.assembly import GpuServiceStack
from edgefill.local.gpu_rehearsal.container import ContainerSpec
from edgefill.local.gpu_rehearsal.image import ImageConfig, build_image, read_image
from edgefill.local.gpu_rehearsal.substitutions import (
    VLLM,
    Difference,
    split_flags,
    substitute,
)
from edgefill.local.gpu_rehearsal.task_definition import ContainerDefinition
from edgefill.local.stack.ports import StackPortInUse, reserve_port

# vLLM's published image; its Dockerfile has no STOPSIGNAL.
VLLM_IMAGE = ImageConfig(entry_point=("vllm", "serve"))


def check_ports(stack: GpuServiceStack) -> None:
    """InputRefused names the first port of the task that another process has."""
    vllm_port = split_flags(stack.task.find(VLLM))["--port"][0]
    for port in (stack.port, int(vllm_port)):
        try:
            reserve_port(port)
        except StackPortInUse as error:
            raise InputRefused(
                f"port {port} of the task definition is in use; stop the process that listens there"
                " (another rehearsal, or `edgefill up`)"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalMachine:
    """Where containers run: `vllm` is the environment of vLLM's CPU build, `s3` the emulator's URL.

    `python` is the interpreter of the images that are built here, and `folder` holds their files.
    """

    folder: Path
    s3: str
    vllm: Path
    python: str

    def build_specs(
        self, stack: GpuServiceStack
    ) -> tuple[dict[str, ContainerSpec], tuple[Difference, ...]]:
        """Build the images; returns the containers as they run here and how they differ.

        InputRefused for what the table of substitutions does not know; ImageFailed.
        """
        specs: dict[str, ContainerSpec] = {}
        differences: list[Difference] = []
        for definition in stack.task.containers:
            spec, rows = self._build_spec(stack, definition)
            specs[definition.name] = spec
            differences += rows
        return specs, tuple(differences)

    def _build_spec(
        self, stack: GpuServiceStack, definition: ContainerDefinition
    ) -> tuple[ContainerSpec, tuple[Difference, ...]]:
        folder = self.folder / definition.name
        (folder / "home").mkdir(parents=True)
        source = stack.sources.get(definition.name)
        image = read_image(source) if source else VLLM_IMAGE
        environment = folder / "env" if source else self.vllm.absolute()
        substituted = substitute(
            definition,
            entry_point=image.entry_point,
            values={
                "s3": self.s3,
                "bin": str(environment / "bin"),
                "home": str(folder / "home"),
            },
        )
        files = build_image(source, folder, python=self.python) if source else folder / "home"
        return ContainerSpec(
            definition=definition,
            command=(*substituted.entry_point, *substituted.command),
            environment={**image.environment, **substituted.environment},
            folder=files,
            stop_signal=image.stop_signal,
        ), substituted.differences
