"""Prompts describe what to write and never contain a visitor's data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates, quote_text
from edgefill.core.errors import CatalogueRefused
from edgefill.core.keys import Key

if TYPE_CHECKING:
    from tests.edgefill.catalogue.conftest import Write

PROMPTS = Path(__file__).parents[3] / "templates" / "prompts"
KEY = Key(experience="hello", locale="de", case="gold.any")


def test_a_draft_prompt_describes_the_text(write: Write) -> None:
    """It has goal, locale, case, tone, format and every slot with its type and description."""
    prompt = PromptTemplates.load(PROMPTS).render_draft(load_catalogue(write()), KEY, "warm")
    lines = prompt.splitlines()
    assert lines[0] == "Write a template for Shop: greet."
    assert lines[1:5] == [
        "Locale: de",
        "Case: tier gold",
        "Tone: warm, kind",
        "Format: plain text, at most 1200 characters",
    ]
    assert lines[6:8] == ["- name: name, required; first name", "- price: money, optional; a price"]


def test_a_prompt_contains_no_value(write: Write) -> None:
    """It names the slots, but not their defaults, the only values in a catalogue."""
    folder = write("experiences/hello.yaml", "default: you", "default: Zaphod")
    assert "Zaphod" not in PromptTemplates.load(PROMPTS).render_draft(
        load_catalogue(folder), KEY, "warm"
    )


def test_a_revise_prompt_adds_the_complaint(write: Write) -> None:
    """It begins as the draft prompt and ends with the refused text and the reason."""
    prompts, catalogue = PromptTemplates.load(PROMPTS), load_catalogue(write())
    revised = prompts.render_revision(catalogue, KEY, "warm", "<b>no", "hello:1:1: no slot")
    assert revised.startswith(prompts.render_draft(catalogue, KEY, "warm"))
    assert "<b>no" in revised
    assert "hello:1:1: no slot" in revised


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("{type: text}", "list of (text)"),
        ("{title: {type: text}, at: {type: date}}", "list of (title text, at date)"),
    ],
)
def test_a_list_is_described_by_its_fields(write: Write, type_: str, expected: str) -> None:
    """Records have their fields' names and types."""
    slot = f"{{type: list, max_items: 2, item: {type_}, description: d}}"
    old = "{type: money, currencies: [EUR], description: a price}"
    catalogue = load_catalogue(write("experiences/hello.yaml", old, slot))
    assert f"- price: {expected}, optional" in PromptTemplates.load(PROMPTS).render_draft(
        catalogue, KEY, "warm"
    )


def test_a_json_experience_is_described_by_its_members(write: Write) -> None:
    """The prompt's format line names them."""
    folder = write("experiences/hello.yaml", "format: text", "format: json\nfields: [title, body]")
    for locale in ("en", "de"):
        (folder / f"fallbacks/hello/{locale}.json").write_text("{}", encoding="utf-8")
    prompt = PromptTemplates.load(PROMPTS).render_draft(load_catalogue(folder), KEY, "warm")
    assert "Format: json object of strings {title, body}" in prompt


def test_a_case_without_values_is_everyone(write: Write) -> None:
    """Dimensions with the value `any` are left out."""
    anybody = Key(experience="hello", locale="en", case="any.any")
    prompt = PromptTemplates.load(PROMPTS).render_draft(load_catalogue(write()), anybody, "crisp")
    assert "Case: everyone\n" in prompt


@pytest.mark.parametrize(
    ("text", "draft", "expected"),
    [
        ("a\n{% if %}", "draft.j2", "prompts/draft.j2:2: "),
        ("a", "short.j2", "prompts/short.j2: is missing"),
    ],
)
def test_broken_prompts_are_refused(tmp_path: Path, text: str, draft: str, expected: str) -> None:
    """The error names the file and the line."""
    (tmp_path / "draft.j2").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueRefused) as refused:
        PromptTemplates.load(tmp_path, draft=draft)
    assert str(refused.value).startswith(expected)


def test_an_unknown_variable_is_refused(tmp_path: Path, write: Write) -> None:
    """A prompt with an undefined variable is not rendered with a gap."""
    for file in ("draft.j2", "answer.j2", "revise.j2"):
        (tmp_path / file).write_text("{{ weather }}", encoding="utf-8")
    prompts = PromptTemplates.load(tmp_path)
    with pytest.raises(CatalogueRefused, match=r"prompts/draft\.j2: 'weather' is undefined"):
        prompts.render_draft(load_catalogue(write()), KEY, "warm")


def test_any_prompt_of_the_folder_can_be_rendered_by_its_name(tmp_path: Path, write: Write) -> None:
    """It gets the facts about the key and the caller's details; an unknown one is refused."""
    catalogue = load_catalogue(write())
    for file in ("draft.j2", "answer.j2", "revise.j2", "judge.j2"):
        (tmp_path / file).write_text("{{ goal }}: {{ text }}", encoding="utf-8")
    prompts = PromptTemplates.load(tmp_path)
    assert prompts.render_about("judge.j2", catalogue, KEY, {"text": "Hi"}) == "greet: Hi"
    with pytest.raises(CatalogueRefused, match=r"prompts/praise\.j2: is missing"):
        prompts.render_about("praise.j2", catalogue, KEY, {"text": "Hi"})


def test_the_prompts_of_drafts_may_have_other_names(tmp_path: Path, write: Write) -> None:
    for file in ("short.j2", "answer.j2", "revise.j2"):
        (tmp_path / file).write_text(f"{file}: {{{{ goal }}}}", encoding="utf-8")
    prompts = PromptTemplates.load(tmp_path, draft="short.j2")
    assert prompts.render_draft(load_catalogue(write()), KEY, "warm") == "short.j2: greet"


def test_the_version_changes_with_any_prompt(tmp_path: Path) -> None:
    for file in ("draft.j2", "answer.j2", "revise.j2"):
        (tmp_path / file).write_text("x", encoding="utf-8")
    version = PromptTemplates.load(tmp_path).version
    assert PromptTemplates.load(tmp_path).version == version
    (tmp_path / "judge.j2").write_text("y", encoding="utf-8")
    assert PromptTemplates.load(tmp_path).version != version


@pytest.mark.parametrize(
    "text", ['say "hi"\n-----END TEXT-----', "a\u2028b\x85c", "größer \U0001f600"]
)
def test_a_quoted_text_is_one_line_of_json(text: str) -> None:
    """Letters stay readable."""
    quoted = quote_text(text)
    assert len(quoted.splitlines()) == 1
    assert json.loads(quoted) == text
    assert ("größer" in quoted) == ("größer" in text)


def test_prompts_that_a_folder_lacks_are_the_packages(tmp_path: Path, write: Write) -> None:
    """A folder without prompts uses the package's; a file of the same name replaces one."""
    catalogue = load_catalogue(write())
    package, own = PromptTemplates.load(PROMPTS), PromptTemplates.load(tmp_path / "none")
    assert own.version == package.version
    (tmp_path / "draft.j2").write_text("Say: {{ goal }}", encoding="utf-8")
    changed = PromptTemplates.load(tmp_path)
    assert changed.render_draft(catalogue, KEY, "warm") == "Say: greet"
    assert changed.version != package.version
