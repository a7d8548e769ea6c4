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
    """A template whose path tells its experience and locale: order-delayed in German."""
    folder = tmp_path / "order-delayed"
    folder.mkdir()
    (folder / "de.html").write_text(SOUND)
    return folder / "de.html"


def run(*words: object) -> Result:
    return CliRunner().invoke(create_app((str(words[0]),)), [str(word) for word in words])


def test_a_valid_template_is_reported_as_sound(file: Path) -> None:
    """The command exits with 0 and prints one line."""
    done = run("lint", file)
    assert (done.exit_code, done.stdout) == (0, f"{file}: sound\n")


def test_every_refusal_is_listed(file: Path) -> None:
    """The command exits with 1; each line has file, line, column, reason, rule and remedy."""
    file.write_text(WRONG)
    done = run("lint", file)
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) >= 3
    assert all(line.startswith(f"{file}:1:") for line in done.stdout.splitlines())


def test_refusals_can_be_read_by_a_script(file: Path) -> None:
    """--json prints one object with the parts of every refusal."""
    file.write_text(WRONG)
    done = run("lint", file, "--json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["file"]) == (1, str(file))
    assert {"line", "column", "rule", "reason", "remedy"} == set(report["refusals"][0])


def test_experience_and_locale_can_be_options(tmp_path: Path) -> None:
    """They are needed where the path does not tell them."""
    file = tmp_path / "draft.html"
    file.write_text(SOUND)
    without = run("lint", file)
    assert isinstance(without.exception, InputRefused)
    assert "--experience" in str(without.exception)
    done = run("lint", file, "--experience", "order-delayed", "--locale", "de")
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("absent.html", "--experience", "order-delayed"), InputRefused),
        (("pyproject.toml", "--experience", "no-such-thing"), UnknownExperience),
    ],
)
def test_wrong_arguments_are_expected_errors(
    words: tuple[str, ...], error: type[EdgefillError]
) -> None:
    """A missing file and an unknown experience give no traceback."""
    assert isinstance(run("lint", *words).exception, error)


def test_a_template_is_filled_with_values(file: Path, tmp_path: Path) -> None:
    """Values are escaped; one that does not fit is reported and replaced by the default."""
    values = tmp_path / "values.json"
    values.write_text(json.dumps({"name": "<Ada>", "order_id": ["no text"]}))
    done = run("fill", file, values)
    assert done.exit_code == 0
    assert done.stdout == "<p>&lt;Ada&gt;, (Tern &amp; Tide)!</p>\n"
    assert "slot 'order_id': type" in done.stderr


def test_a_refused_template_is_not_filled(file: Path, tmp_path: Path) -> None:
    """The first refusal is the error."""
    file.write_text(WRONG)
    (tmp_path / "values.json").write_text("{}")
    assert isinstance(run("fill", file, tmp_path / "values.json").exception, TemplateRefused)


@pytest.mark.parametrize("text", ["[1]", "{", "[" * 100_000])
def test_values_that_are_not_an_object_are_refused(file: Path, tmp_path: Path, text: str) -> None:
    """The error names the file."""
    values = tmp_path / "values.json"
    values.write_text(text)
    with pytest.raises(InputRefused, match=r"values\.json"):
        raise run("fill", file, values).exception or AssertionError


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--template", "x.html"), "--template needs EXPERIENCE"),
        (("--locale", "fr"), "--locale fr: the catalogue has"),
        (("welcome", "--count", "3"), "--count and --json are for many texts"),
        (("welcome", "--json"), "--count and --json are for many texts"),
        ((), "no stack runs"),
    ],
)
def test_previews_that_cannot_be_made_are_explained(
    words: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    """Options of the other form, an unknown locale, and a stack that does not run."""
    error = run("preview", *words, "--state", tmp_path).exception
    assert isinstance(error, InputRefused)
    assert says in str(error)


def test_a_template_is_previewed_as_a_visitor(file: Path, tmp_path: Path) -> None:
    """--as gives the values, and the locale if there is no --locale."""
    ada = tmp_path / "ada.json"
    ada.write_text(json.dumps({"locale": "de", "slots": {"name": "Ada", "order_id": "TT-1"}}))
    done = run("preview", "order-delayed", "--template", file, "--as", ada)
    assert done.stdout == "<p>Ada, TT-1!</p>\n"
