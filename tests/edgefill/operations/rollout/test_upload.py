"""The upload of a version."""

from pathlib import Path

from edgefill.operations.rollout.upload import list_files, upload_folder
from edgefill.store.aws import AwsClients
from tests.edgefill.operations.rollout.emulated_service import BUCKET


def write_files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_the_configuration_comes_last(tmp_path: Path) -> None:
    """Without it a folder is no model, so half an upload is none."""
    folder = write_files(tmp_path, "config.json", "tokenizer.json", "model.safetensors")
    assert [path.name for path in list_files(folder)] == [
        "model.safetensors", "tokenizer.json", "config.json",
    ]  # fmt: skip


def test_hidden_files_stay_here(tmp_path: Path) -> None:
    """A downloaded folder has a cache of Hugging Face in it."""
    folder = write_files(tmp_path, "config.json", ".cache/huggingface/x", ".gitattributes")
    assert [path.name for path in list_files(folder)] == ["config.json"]


def test_every_file_is_below_the_prefix(tmp_path: Path, aws: AwsClients) -> None:
    """Also those in folders, with their content."""
    s3 = aws.make_s3()
    s3.create_bucket(Bucket=BUCKET)
    folder = write_files(tmp_path, "config.json", "extra/chat.jinja")
    uploaded = list(upload_folder(s3, folder, bucket=BUCKET, prefix="models/v2/"))
    assert uploaded == ["extra/chat.jinja", "config.json"]
    rows = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [row["Key"] for row in rows] == ["models/v2/config.json", "models/v2/extra/chat.jinja"]
    body = s3.get_object(Bucket=BUCKET, Key="models/v2/extra/chat.jinja")["Body"].read()
    assert body == b"extra/chat.jinja"
