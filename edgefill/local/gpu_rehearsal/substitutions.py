"""Everything that differs here from the task definition: one table, printed by the rehearsal.

Flags and variables that are in neither table are refused, so that each new one is looked at once:
does it name a GPU, S3 or the model's size, or is it kept?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.task_definition import NOT_MODELLED, ContainerDefinition

VLLM, SERVICE = "vllm", "gpu-service"
ENTRY_POINT = "ENTRYPOINT"
PRESENT, ABSENT = "given", "not given"  # of a flag without a value, of what is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """One difference: `item` of a container (a flag, a variable, ENTRYPOINT) is `here`.

    "{s3}", "{bin}" and "{home}" in it are the emulator's URL, the folder of the programs of the
    container's environment, and an empty folder.
    """

    container: str
    item: str
    here: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs in one container: the value in the template and the value here."""

    container: str
    item: str
    template: str
    here: str
    reason: str


SUBSTITUTIONS = tuple(
    Substitution(container=container, item=item, here=here, reason=reason)
    for container, item, here, reason in (
        # vllm/vllm-openai's Dockerfile: ENTRYPOINT ["vllm", "serve"]
        (VLLM, ENTRY_POINT, "python3 -m vllm.entrypoints.openai.api_server",
         "the CPU build is not installed under the name that `vllm serve` looks up"),
        (VLLM, "--tensor-parallel-size", "1", "there is one CPU, not several GPUs"),
        (VLLM, "--dtype", "float32", "few CPUs have instructions for bfloat16 or half"),
        (VLLM, "--enforce-eager", "", "compiling for the CPU takes minutes"),
        (VLLM, "--kv-cache-memory-bytes", str(64 << 20), "there is no GPU memory to measure"),
        (VLLM, "--max-model-len", "1024", "the context of the tiny model"),
        (VLLM, "VLLM_CPU_OMP_THREADS_BIND", "nobind", "the CPU is shared"),
        (VLLM, "OMP_NUM_THREADS", "1", "the CPU is shared"),
        (VLLM, "AWS_ENDPOINT_URL", "{s3}", "S3 is an emulator"),
        (VLLM, "RUNAI_STREAMER_S3_USE_VIRTUAL_ADDRESSING", "0",
         "the emulator has no host name for each bucket"),
        (VLLM, "AWS_ACCESS_KEY_ID", "local", "there is no task role"),
        (VLLM, "AWS_SECRET_ACCESS_KEY", "local", "there is no task role"),
        (SERVICE, "EDGEFILL_GPU_HOST", "127.0.0.1",
         "no security group protects this machine's other addresses"),
        *((name, *row) for name in (VLLM, SERVICE) for row in (
            ("PATH", "{bin}:/usr/bin:/bin", "the image's files are an environment on this machine"),
            ("HOME", "{home}", "the image's files are an environment on this machine"),
        )),
    )
)  # fmt: skip
KEPT: Mapping[str, frozenset[str]] = {
    VLLM: frozenset({
        "--model", "--load-format", "--model-loader-extra-config", "--served-model-name", "--host",
        "--port", "--max-num-seqs", "--generation-config", "--structured-outputs-config",
        "--shutdown-timeout", "--enable-prompt-tokens-details", "AWS_REGION", "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED", "HF_HUB_OFFLINE", "VLLM_NO_USAGE_STATS", "VLLM_LOGGING_COLOR",
    }),
    SERVICE: frozenset({
        "EDGEFILL_GPU_ENGINE", "EDGEFILL_GPU_URL", "EDGEFILL_GPU_URL_MODEL",
        "EDGEFILL_GPU_MODEL_NAME", "EDGEFILL_GPU_PORT", "EDGEFILL_GPU_SLOTS_IN_FLIGHT",
        "EDGEFILL_GPU_DRAIN_S", "EDGEFILL_GPU_ALLOW_OPEN", "AWS_REGION",
    }),
}  # fmt: skip
_PLACE = "edgefill/local/gpu_rehearsal/substitutions.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstitutedContainer:
    """The words and the variables of a container here, and how they differ."""

    entry_point: tuple[str, ...]
    command: tuple[str, ...]
    environment: Mapping[str, str]
    differences: tuple[Difference, ...]


def substitute(
    container: ContainerDefinition,
    *,
    entry_point: tuple[str, ...],
    values: Mapping[str, str],
) -> SubstitutedContainer:
    """Apply the table; InputRefused for a container, flag or variable that it does not know.

    `entry_point` is the image's own, `values` are those of the table's placeholders.
    """
    rows = {each.item: each for each in SUBSTITUTIONS if each.container == container.name}
    flags = split_flags(container)
    _refuse_unknown(container, [*flags, *container.environment], rows)
    here = {item: row.here.format_map(values) for item, row in rows.items()}
    variables = {name: text for name, text in here.items() if _is_variable(name)}
    new_words = {item: tuple(text.split()) for item, text in here.items() if not _is_variable(item)}
    words = {ENTRY_POINT: entry_point, **flags, **new_words}
    template = {item: " ".join(value) or PRESENT for item, value in flags.items()}
    template |= {ENTRY_POINT: " ".join(entry_point), **container.environment}
    differences = [
        Difference(
            container=container.name,
            item=item,
            template=template.get(item, ABSENT),
            here=here[item] or PRESENT,
            reason=row.reason,
        )
        for item, row in rows.items()
        if template.get(item) != (here[item] or PRESENT)
    ]
    return SubstitutedContainer(
        entry_point=words.pop(ENTRY_POINT),
        command=tuple(word for flag, value in words.items() for word in (flag, *value)),
        environment={**container.environment, **variables},
        differences=(*differences, *_list_not_modelled(container)),
    )


def split_flags(container: ContainerDefinition) -> dict[str, tuple[str, ...]]:
    """The flags of the container's command with their values; InputRefused for a stray word."""
    flags: dict[str, tuple[str, ...]] = {}
    last = ""
    for word in container.command:
        if word.startswith("--"):
            last = word
            flags[last] = ()
        elif last:
            flags[last] += (word,)
        else:
            raise InputRefused(f"container {container.name}: Command: {word!r} belongs to no flag")
    return flags


def _is_variable(item: str) -> bool:
    return not item.startswith("--") and item != ENTRY_POINT


def _refuse_unknown(
    container: ContainerDefinition, items: Iterable[str], rows: Mapping[str, Substitution]
) -> None:
    if container.name not in KEPT:
        raise InputRefused(
            f"container {container.name}: not known to the rehearsal; say in {_PLACE} what runs in"
            " its place"
        )
    for item in items:
        if item not in KEPT[container.name] and item not in rows:
            raise InputRefused(
                f"container {container.name}: {item}: not known to the rehearsal; say in {_PLACE}"
                " whether it is kept or what takes its place"
            )


def _list_not_modelled(container: ContainerDefinition) -> list[Difference]:
    return [
        Difference(
            container=container.name,
            item=name,
            template=PRESENT,
            here=ABSENT,
            reason=NOT_MODELLED[name],
        )
        for name in container.not_modelled
    ]
