"""`edgefill lint`, `fill` and `preview --template`: commands over one template file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import EdgefillError, InputRefused, TemplateRefused, UnknownExperience

Run = Callable[..., Result]
SOUND = "<p>{{ name }}, {{ order_id }}!</p>"
WRONG = '<p>Dear Anna, order 4711-0815-99 is {{ state }} <a href="javascript:x">x</a></p>'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A template in the place that says what it is for: order-delayed in German."""
    folder = tmp_path / "order-delayed"
    folder.mkdir()
    (folder / "de.html").write_text(SOUND)
    return folder / "de.html"


def run(*words: object) -> Result:
    return CliRunner().invoke(create_app((str(words[0]),)), [str(word) for word in words])


def test_a_sound_template_is_called_sound(file: Path) -> None:
    """Exit 0 and one line."""
    done = run("lint", file)
    assert (done.exit_code, done.stdout) == (0, f"{file}: sound\n")


def test_every_refusal_is_listed(file: Path) -> None:
    """Exit 1; each line names file, line, column, reason, rule and remedy."""
    file.write_text(WRONG)
    done = run("lint", file)
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) >= 3
    assert all(line.startswith(f"{file}:1:") for line in done.stdout.splitlines())


def test_refusals_can_be_read_by_a_script(file: Path) -> None:
    """--json is one object with the refusals' parts."""
    file.write_text(WRONG)
    done = run("lint", file, "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["file"]) == (1, str(file))
    assert {"line", "column", "rule", "reason", "remedy"} == set(said["refusals"][0])


def test_what_the_files_place_does_not_say_must_be_given(tmp_path: Path) -> None:
    """Elsewhere --experience and --locale say what the template is for."""
    file = tmp_path / "draft.html"
    file.write_text(SOUND)
    asked = run("lint", file)
    assert isinstance(asked.exception, InputRefused)
    assert "--experience" in str(asked.exception)
    given = run("lint", file, "--experience", "order-delayed", "--locale", "de")
    assert given.exit_code == 0


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("absent.html", "--experience", "order-delayed"), InputRefused),
        (("pyproject.toml", "--experience", "no-such-thing"), UnknownExperience),
    ],
)
def test_wrong_arguments_are_named(words: tuple[str, ...], error: type[EdgefillError]) -> None:
    """A missing file and an unknown experience are expected errors."""
    assert isinstance(run("lint", *words).exception, error)


def test_a_template_is_filled_with_values(file: Path, tmp_path: Path) -> None:
    """The text is escaped; a value that does not fit is named and its default used."""
    values = tmp_path / "values.json"
    values.write_text(json.dumps({"name": "<Ada>", "order_id": ["no text"]}))
    done = run("fill", file, values)
    assert done.exit_code == 0
    assert done.stdout == "<p>&lt;Ada&gt;, (Tern &amp; Tide)!</p>\n"
    assert "slot 'order_id': type" in done.stderr


def test_a_template_that_is_refused_is_not_filled(file: Path, tmp_path: Path) -> None:
    """The first refusal is the error."""
    file.write_text(WRONG)
    (tmp_path / "values.json").write_text("{}")
    assert isinstance(run("fill", file, tmp_path / "values.json").exception, TemplateRefused)


@pytest.mark.parametrize("text", ["[1]", "{", "[" * 100_000])
def test_values_that_are_no_object_are_refused(file: Path, tmp_path: Path, text: str) -> None:
    """The refusal names the file."""
    values = tmp_path / "values.json"
    values.write_text(text)
    with pytest.raises(InputRefused, match=r"values\.json"):
        raise run("fill", file, values).exception or AssertionError


def test_a_template_is_previewed_as_a_visitor(file: Path, tmp_path: Path) -> None:
    """--as gives the values, and the locale where none is asked for."""
    ada = tmp_path / "ada.json"
    ada.write_text(json.dumps({"locale": "de", "slots": {"name": "Ada", "order_id": "TT-1"}}))
    done = run("preview", "order-delayed", "--template", file, "--as", ada)
    assert done.stdout == "<p>Ada, TT-1!</p>\n"
