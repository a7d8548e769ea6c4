"""Model folders are checked before vLLM starts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from gpu_service.engines.checkpoint import check_checkpoint
from tests.gpu_service.engines.checkpoints import configure

CHECKPOINT = Path(__file__).parents[3] / "training" / "tiny_model"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tiny model."""
    copied = tmp_path / "model"
    shutil.copytree(CHECKPOINT, copied, ignore=shutil.ignore_patterns("onnx"))
    return copied


def test_a_complete_folder_is_accepted(folder: Path) -> None:
    """Its configuration is returned."""
    assert check_checkpoint(folder)["model_type"] == "llama"


def _truncate(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])


def _overwrite(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"no model at all")


def _name_missing_shard(folder: Path) -> None:
    index = {"weight_map": {"a": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (shutil.rmtree, r"config\.json: no such file"),
        (lambda f: (f / "config.json").write_text("{"), r"config\.json: unreadable"),
        (lambda f: (f / "config.json").write_text("[]"), "not a JSON object"),
        (lambda f: (f / "tokenizer_config.json").unlink(), "tokenizer_config"),
        (lambda f: (f / "model.safetensors").unlink(), "holds no weights"),
        (_truncate, r"corrupt, \d+ bytes instead of \d+; copy or download it again"),
        (_overwrite, "its header cannot be read"),
        (_name_missing_shard, "model-00002"),
    ],
)
def test_what_is_missing_or_corrupt_is_named(
    folder: Path, spoil: Callable[[Path], object], says: str
) -> None:
    """The error names the file and the remedy."""
    spoil(folder)
    with pytest.raises(InputRefused, match=says) as refused:
        check_checkpoint(folder)
    assert str(folder) in str(refused.value)


def test_configure_changes_one_field(folder: Path) -> None:
    """It is a helper of the tests."""
    configure(folder, model_type="other")
    assert check_checkpoint(folder)["model_type"] == "other"
