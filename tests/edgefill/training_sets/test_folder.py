"""The folder of a set: whole or not there, and checked when it is read."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.training_sets.build import BuildOptions, ExampleSet
from edgefill.training_sets.card import make_card
from edgefill.training_sets.check import find_problems
from edgefill.training_sets.example import Example
from edgefill.training_sets.folder import CARD, read_set, write_set
from edgefill.training_sets.sources.example_maker import ExampleMaker
from edgefill.training_sets.sources.proposal import Rejection

LICENCES = frozenset({"Apache-2.0"})


@pytest.fixture
def write(
    tmp_path: Path, make_example: Callable[..., Example], maker: ExampleMaker
) -> Callable[..., Path]:
    """Writes a set; by default of one example per split."""

    def write_folder(**splits: list[Example]) -> Path:
        examples = ExampleSet(
            train=splits.get("train", [make_example(answer="Good to see you here, dear reader.")]),
            test=splits.get("test", [make_example("welcome/en/returning", answer="Back again?")]),
            rejections=[Rejection(source="journal", place="text 3", rule="judge")],
        )

        def describe(digest: str) -> dict[str, Any]:
            return make_card(
                examples, BuildOptions(), maker.terms, digest=digest, catalogue="c", prompts="p"
            )

        write_set(tmp_path / "set", examples.train, examples.test, describe)
        return tmp_path / "set"

    return write_folder


def test_a_set_is_read_back_with_its_card(write: Callable[..., Path]) -> None:
    """The card counts examples and what was left out; only whole files are in the folder."""
    folder = write()
    stored = read_set(folder)
    assert (len(stored.train), len(stored.test)) == (1, 1)
    assert stored.card["figures"]["synthetic"] == 2
    assert stored.card["left_out"] == {"journal": {"judge": 1}}
    assert list(find_problems(stored, LICENCES)) == []
    assert sorted(path.name for path in folder.parent.iterdir()) == ["set"]
    assert "| journal | 2 | Apache-2.0 | slots | 1 |" in (folder / "README.md").read_text()


def test_the_same_examples_have_the_same_digest(write: Callable[..., Path], tmp_path: Path) -> None:
    """Neither time nor machine is part of a set."""
    first = write().rename(tmp_path / "first")
    assert (first / CARD).read_bytes() == (write() / CARD).read_bytes()


def test_an_existing_folder_is_never_changed(write: Callable[..., Path]) -> None:
    """A set that a model was trained with stays what it was."""
    card = write() / CARD
    before = card.stat()
    with pytest.raises(InputRefused, match="exists; a set is never changed"):
        write()
    assert card.stat() == before


def test_a_changed_line_is_noticed(write: Callable[..., Path]) -> None:
    """The digest of the card is that of the files."""
    folder = write()
    file = folder / "train.jsonl"
    file.write_text(file.read_text().replace("Good", "Bad"))
    with pytest.raises(InputRefused, match="its examples are not those of its card"):
        read_set(folder)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        (CARD, None, "has no card.json, so it is not a finished training set"),
        (CARD, '{"v": 1', "build the set again"),
        (CARD, '{"v": 1}', "'digest' is missing"),
        ("test.jsonl", None, "test.jsonl: No such file"),
    ],
)
def test_a_damaged_folder_is_refused(
    name: str, content: str | None, problem: str, write: Callable[..., Path]
) -> None:
    """The message names the file and what to do."""
    file = write() / name
    file.unlink()
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputRefused, match=problem):
        read_set(file.parent)


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A process that may write only a few bytes per file, as on a full disk, leaves no folder."""
    program = (
        "import sys; from pathlib import Path\n"
        "from edgefill.training_sets.folder import _write_folder\n"
        "_write_folder(Path(sys.argv[1]), {'train.jsonl': b'x' * 9000, 'card.json': b'{}'})\n"
    )

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(tmp_path / "set")],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "OSError" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_killed_build_leaves_no_finished_folder(tmp_path: Path) -> None:
    """Killed after the examples and before the card, the set's own name is still free."""
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from edgefill.training_sets.folder import _write_folder\n"
        "class Kill(dict):\n"
        "    def items(self):\n"
        "        yield 'train.jsonl', b'{}'\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "_write_folder(Path(sys.argv[1]), Kill())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "set")], check=False, env=dict(os.environ)
    )
    assert done.returncode == -signal.SIGKILL
    left = list(tmp_path.iterdir())
    assert [path.name.startswith(".set.unfinished-") for path in left] == [True]
    with pytest.raises(InputRefused, match="not a finished training set"):
        read_set(left[0])


def test_check_lists_what_is_wrong(
    write: Callable[..., Path], make_example: Callable[..., Example]
) -> None:
    """A shared combination, a leak, a foreign licence, personal data and wrong figures."""
    shared = make_example(answer="Words that are in the first split only.")
    leak = make_example("sale/en/any", answer="Your parcel waits in the shop for you.")
    foreign = make_example("sale/en/gold", answer="Write to ada@example.org", licence="unknown")
    folder = write(
        train=[shared, leak, foreign],
        test=[replace(leak, key=shared.key, combination="welcome/new")],
    )
    card = json.loads((folder / CARD).read_text())
    card["figures"]["real"] = 99
    (folder / CARD).write_text(json.dumps(card))
    problems = list(find_problems(read_set(folder), LICENCES))
    assert [problem.partition(" ")[0] for problem in problems] == [
        "train.jsonl:3:", "train.jsonl:3:", "train.jsonl:1:", "train.jsonl:2:", "card.json:",
    ]  # fmt: skip
    assert "the e-mail address of a person" in problems[0]
    assert "licence 'unknown' is not allowed" in problems[1]
    assert "welcome/new is in test too" in problems[2]
    assert "its answer resembles one of test" in problems[3]
