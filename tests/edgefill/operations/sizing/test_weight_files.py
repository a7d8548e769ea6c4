"""The headers of safetensors files, and files that are not whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.operations.sizing.weight_files import INDEX, read_weight_files
from tests.edgefill.operations.sizing.safetensors_file import write_safetensors


def test_a_folder_without_weights_has_none(tmp_path: Path) -> None:
    """Then the shapes are used."""
    assert read_weight_files(tmp_path) is None


def test_tensors_of_all_files_of_the_index_are_counted(tmp_path: Path) -> None:
    """Scales count as bytes, not as parameters; a file that the index does not name is ignored."""
    write_safetensors(tmp_path / "a.safetensors", {"w": [4, 8], "w_scale_inv": [4, 1]})
    write_safetensors(tmp_path / "b.safetensors", {"v": [16]})
    write_safetensors(tmp_path / "consolidated.safetensors", {"v": [99]})
    names = {"w": "a.safetensors", "w_scale_inv": "a.safetensors", "v": "b.safetensors"}
    (tmp_path / INDEX).write_text(json.dumps({"weight_map": names}))
    files = read_weight_files(tmp_path)
    assert files is not None
    assert (files.tensor_bytes, files.elements, files.files) == (2 * 52, 48, 2)


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    """An interrupted download leaves one out."""
    (tmp_path / INDEX).write_text(json.dumps({"weight_map": {"w": "a.safetensors"}}))
    with pytest.raises(InputRefused, match=r"1 of 1 weight files .* a\.safetensors"):
        read_weight_files(tmp_path)


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    """The header promises more bytes than the file has."""
    file = tmp_path / "model.safetensors"
    write_safetensors(file, {"w": [100]})
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(InputRefused, match="is cut off"):
        read_weight_files(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 9,
        b"version https://git-lfs.github.com/spec/v1",
        b"\x02" + bytes(7) + b"[]",
        b"\x0e" + bytes(7) + b'{"w":{"a":[]}}',
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty file, noise, a Git LFS pointer, and headers that are not objects of tensors."""
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(InputRefused, match=r"model\.safetensors: "):
        read_weight_files(tmp_path)


def test_a_broken_index_is_refused(tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / INDEX).write_text("{}")
    with pytest.raises(InputRefused, match="not an index of weight files"):
        read_weight_files(tmp_path)
