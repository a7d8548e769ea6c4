"""Weights are put where the template says that vLLM reads them."""

from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.weights import upload_weights
from edgefill.store.aws import AwsClients
from tests.gpu_service.listening import find_free_port


def test_the_files_of_the_folder_are_copied(tmp_path: Path) -> None:
    """Not its subfolders, such as another engine's weights."""
    (tmp_path / "onnx").mkdir()
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    port = find_free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        endpoint = f"http://127.0.0.1:{port}"
        assert upload_weights(tmp_path, "s3://models/models/default", endpoint=endpoint) == 2
        s3 = AwsClients.for_emulator(endpoint).make_s3()
        rows = s3.list_objects_v2(Bucket="models")["Contents"]
        s3.close()
    finally:
        server.stop()
    assert [row["Key"] for row in rows] == [
        "models/default/config.json", "models/default/model.safetensors",
    ]  # fmt: skip


def test_weights_that_vllm_would_not_read_from_s3_are_refused(tmp_path: Path) -> None:
    """Another kind of URL, and a folder without files."""
    with pytest.raises(InputRefused, match="not s3://BUCKET/FOLDER"):
        upload_weights(tmp_path, "/models/default", endpoint="http://127.0.0.1:9")
    with pytest.raises(InputRefused, match="has no files to copy"):
        upload_weights(tmp_path, "s3://models/models/default", endpoint="http://127.0.0.1:9")
