"""Checks that a folder of weights, here or in a bucket, is whole and of the right kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from edgefill.core.errors import EdgefillError, InputRefused
from edgefill.operations.check_result import CheckResult, fail_check, pass_check, warn_check
from edgefill.operations.sizing.model_config import ModelConfig, parse_model_config
from edgefill.operations.sizing.weight_files import INDEX, parse_index

CONFIG = "config.json"
# Either is a whole tokenizer (transformers, PreTrainedTokenizerFast and SentencePiece).
TOKENIZERS = ("tokenizer.json", "tokenizer.model")
# Files that show which kind of folder this is instead.
OTHER_KINDS = {
    "genai_config.json": "an ONNX folder for laptops",
    "adapter_config.json": "a LoRA adapter without its model",
    "pytorch_model.bin": "PyTorch's pickle format; convert it to safetensors",
    "pytorch_model.bin.index.json": "PyTorch's pickle format; convert it to safetensors",
}


class WeightFolder(Protocol):
    """A folder of files, addressed by names relative to it."""

    @property
    def place(self) -> str:
        """The path or URL, for messages."""
        ...

    def list_sizes(self) -> Mapping[str, int]:
        """The bytes of each file below the folder by name, empty without a folder."""
        ...

    def read(self, name: str) -> bytes:
        """The content of one file."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalWeightFolder:
    """A folder on this machine."""

    folder: Path

    @property
    def place(self) -> str:
        """See WeightFolder."""
        return str(self.folder)

    def list_sizes(self) -> Mapping[str, int]:
        """See WeightFolder."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.stat().st_size for path in files}

    def read(self, name: str) -> bytes:
        """See WeightFolder."""
        return (self.folder / name).read_bytes()


def check_weights(folder: WeightFolder, *, remedy: str) -> CheckResult:
    """config.json, a tokenizer and every safetensors file are there and belong to a known model."""
    sizes = folder.list_sizes()
    problem = find_problem(folder, sizes)
    if problem:
        return fail_check("weights", f"{folder.place}: {problem}", remedy=remedy)
    text = f"{folder.place}: {sum_weight_bytes(sizes) / 2**30:.2f} GiB of safetensors"
    if "chat_template.jinja" not in sizes and not _has_chat_template(folder, sizes):
        return warn_check(
            "weights", f"{text}, no chat template", remedy="use an instruction-tuned model"
        )
    return pass_check("weights", text)


def sum_weight_bytes(sizes: Mapping[str, int]) -> int:
    """The bytes of the safetensors files directly in the folder."""
    return sum(sizes[name] for name in sizes if name.endswith(".safetensors") and "/" not in name)


def find_problem(folder: WeightFolder, sizes: Mapping[str, int]) -> str | None:
    """What is wrong with the folder; None if nothing is."""
    if not sizes:
        return "is empty or does not exist"
    if CONFIG not in sizes:
        return explain_other_kind(sizes)
    if not any(name in sizes for name in TOKENIZERS):
        return f"has no tokenizer ({' or '.join(TOKENIZERS)})"
    try:
        read_config(folder)
        return _find_missing(_list_expected(folder, sizes), sizes)
    except InputRefused as error:
        return str(error)


def read_config(folder: WeightFolder) -> ModelConfig:
    """The config.json of the folder; InputRefused."""
    try:
        return parse_model_config(json.loads(folder.read(CONFIG)))
    except (ValueError, TypeError, AttributeError) as error:
        raise InputRefused(f"{CONFIG} is not readable: {error}") from error


def _find_missing(names: list[str], sizes: Mapping[str, int]) -> str | None:
    missing = [name for name in names if not sizes.get(name)]
    if missing:
        return f"{len(missing)} of {len(names)} weight files are missing or empty: {missing[0]}"
    return None if names else "has no safetensors file"


def explain_other_kind(sizes: Mapping[str, int]) -> str:
    """Why a folder without config.json is not the model's: another kind, or one level too high."""
    for name, kind in OTHER_KINDS.items():
        if name in sizes:
            return f"has no {CONFIG}: this is {kind}"
    deeper = sorted(name for name in sizes if name.endswith(f"/{CONFIG}"))
    if deeper:
        inner = deeper[0].removesuffix(f"/{CONFIG}")
        return f"has no {CONFIG}, but its folder {inner} has: upload that folder's content"
    if any(name.endswith(".gguf") for name in sizes):
        return f"has no {CONFIG}: this is a GGUF file for llama.cpp"
    return f"has no {CONFIG}: this is not a Hugging Face model folder"


def _list_expected(folder: WeightFolder, sizes: Mapping[str, int]) -> list[str]:
    if INDEX in sizes:
        return parse_index(folder.read(INDEX), name=INDEX)
    return [name for name in sizes if name.endswith(".safetensors") and "/" not in name]


def _has_chat_template(folder: WeightFolder, sizes: Mapping[str, int]) -> bool:
    if "tokenizer_config.json" not in sizes:
        return False
    try:
        return "chat_template" in json.loads(folder.read("tokenizer_config.json"))
    except (ValueError, TypeError, EdgefillError):
        return False
