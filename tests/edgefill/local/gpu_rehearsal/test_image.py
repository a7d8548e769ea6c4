"""The process of an image is read from its Dockerfile."""

import sys
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.assembly import ImageSource
from edgefill.local.gpu_rehearsal.image import ImageFailed, build_image, read_image


def write_source(folder: Path, *lines: str) -> ImageSource:
    dockerfile = folder / "Dockerfile"
    dockerfile.write_text("\n".join(lines))
    (folder / "requirements.txt").write_text("")
    return ImageSource(folder=folder, dockerfile=dockerfile)


def test_the_gpu_services_own_dockerfile_is_read() -> None:
    """Its command, its variables and its stop signal."""
    source = ImageSource(folder=Path(), dockerfile=Path("gpu_service/Dockerfile"))
    image = read_image(source)
    assert image.entry_point == ("python", "-m", "gpu_service")
    assert image.environment == {"PYTHONUNBUFFERED": "1"}
    assert (image.stop_signal, image.python) == ("SIGTERM", "3.13")


def test_entry_point_and_command_are_joined(tmp_path: Path) -> None:
    """Comments are skipped, and lines that end with a backslash continue."""
    image = read_image(
        write_source(
            tmp_path, "FROM python:3.12", "# a comment", 'ENTRYPOINT ["run"]', "ENV A=1 \\", " B=2",
            'CMD ["x"]', "STOPSIGNAL SIGINT",
        )
    )  # fmt: skip
    assert image.entry_point == ("run", "x")
    assert image.environment == {"A": "1", "B": "2"}
    assert image.stop_signal == "SIGINT"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("CMD python -m service", "write it as a JSON list"),
        ("HEALTHCHECK NONE", "HEALTHCHECK NONE: not known here"),
    ],
)
def test_an_instruction_that_would_change_the_process_is_refused(
    tmp_path: Path, line: str, message: str
) -> None:
    """A shell form would not forward the stop signal; an unknown one is not ignored."""
    with pytest.raises(InputRefused, match=message):
        read_image(write_source(tmp_path, "FROM python:3.13", line))


def test_another_python_than_the_images_is_refused(tmp_path: Path) -> None:
    """The packages would be others."""
    (tmp_path / "source").mkdir()
    source = write_source(tmp_path / "source", "FROM python:2.7", 'CMD ["x"]')
    with pytest.raises(InputRefused, match=r"the image has Python 2\.7"):
        build_image(source, tmp_path / "image", python=sys.executable)
    with pytest.raises(ImageFailed, match="no-such-python: No such file"):
        build_image(source, tmp_path / "image", python="no-such-python")


def test_the_files_of_an_image_are_a_copy(tmp_path: Path) -> None:
    """So that nothing that runs writes into the assembly."""
    (tmp_path / "source").mkdir()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    source = write_source(tmp_path / "source", f"FROM python:{version}-slim", 'CMD ["x"]')
    files = build_image(source, tmp_path / "image", python=sys.executable)
    assert (files / "Dockerfile").exists()
    assert files != source.folder
    assert (tmp_path / "image" / "env" / "bin" / "python").exists()
