"""Texts of a journal are checked again before they are counted."""

from __future__ import annotations

from dataclasses import replace

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import parse_key
from edgefill.quality.checked_attempts import check_attempts
from tests.edgefill.quality.conftest import KEY, gather, make_candidate, no_brackets


def test_checks_what_no_judge_has_read(catalogue: Catalogue) -> None:
    """Without a verdict a text is compiled or refused by the present rules."""
    new = [replace(make_candidate(text=text), refusal=None) for text in ("Hello", "[x]")]
    checked = dict(check_attempts({KEY: gather(*new)}, catalogue=catalogue, check=no_brackets))
    compiled, refused = checked[KEY].candidates
    assert compiled.compiled
    assert refused.refusal
    assert refused.refusal.rule == "placeholder"


def test_a_judged_text_stays_as_it_is(catalogue: Catalogue) -> None:
    """The report counts what `edgefill publish` takes, which is decided by the verdict."""
    judged = gather(replace(make_candidate("pass", text="[x]"), compiled=None))
    checked = dict(check_attempts({KEY: judged}, catalogue=catalogue, check=no_brackets))
    assert checked == {KEY: judged}


def test_leaves_out_keys_of_another_catalogue(catalogue: Catalogue) -> None:
    """A case that was dropped is not counted."""
    gone = parse_key("greeting/en/silver")
    assert dict(check_attempts({gone: gather()}, catalogue=catalogue)) == {}
