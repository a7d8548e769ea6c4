"""`make quick` runs the tests of the rooms that differ, and the rules about the tree."""

import subprocess
from pathlib import Path

import pytest

from tests.changed_rooms import list_changes, select_tests


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with rooms and tests."""
    for path in (
        *("edgefill/core/keys.py", "gpu_service/settings.py", "docs/ask.md"),
        *("tests/edgefill/core/test_keys.py", "tests/gpu_service/http/test_app.py"),
        "tests/test_architecture.py",
    ):
        write(tmp_path / path)
    return tmp_path


@pytest.fixture
def checkout(tree: Path) -> Path:
    """The tree, committed on `main`, with a branch checked out on top of it."""
    run_git(tree, "init", "--quiet", "--initial-branch=main")
    run_git(tree, "config", "user.email", "someone@example.com")
    run_git(tree, "config", "user.name", "Someone")
    commit(tree)
    run_git(tree, "switch", "--quiet", "--create", "work")
    return tree


def write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run_git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True)


def commit(root: Path) -> None:
    run_git(root, "add", "--all")
    run_git(root, "commit", "--quiet", "--message", "tree: change")


@pytest.mark.parametrize(
    ("changed", "folders"),
    [
        ([], []),
        (["docs/ask.md", "Makefile", "tests/test_architecture.py"], []),
        (["edgefill/core/keys.py"], ["tests/edgefill/core"]),
        (["edgefill/core/deep/in/it.py"], ["tests/edgefill/core"]),
        (["tests/edgefill/core/test_keys.py"], ["tests/edgefill/core"]),
        (["edgefill/new_room/module.py"], ["tests/edgefill"]),
        (["gpu_service/settings.py"], ["tests/gpu_service"]),
        (["gpu_service/settings.py", "gpu_service/http/app.py"], ["tests/gpu_service"]),
        (["gpu_service/http/app.py", "edgefill/core/keys.py"],
         ["tests/edgefill/core", "tests/gpu_service/http"]),
    ],
)  # fmt: skip
def test_a_changed_file_selects_its_rooms_tests(
    tree: Path, changed: list[str], folders: list[str]
) -> None:
    """Tests mirror the tree; the rules about the tree are always included."""
    assert select_tests(changed, tree) == ["tests/test_architecture.py", *folders]


def test_changes_count_whether_or_not_they_are_committed(checkout: Path) -> None:
    """Committed, edited, new and deleted files count; what `main` did since does not."""
    run_git(checkout, "switch", "--quiet", "main")
    write(checkout / "docs/store.md")
    commit(checkout)
    run_git(checkout, "switch", "--quiet", "work")
    write(checkout / "edgefill/core/slots.py")
    commit(checkout)
    write(checkout / "gpu_service/settings.py", "value = 1\n")
    write(checkout / "gpu_service/wire.py")
    (checkout / "docs/ask.md").unlink()
    assert sorted(list_changes(None, checkout)) == sorted(
        ["edgefill/core/slots.py", "gpu_service/settings.py", "gpu_service/wire.py", "docs/ask.md"]
    )


def test_a_missing_base_is_one_error_that_names_the_option(checkout: Path) -> None:
    """No branch has that name."""
    with pytest.raises(SystemExit, match=r"no branch trunk here .* BASE="):
        list_changes("trunk", checkout)
