"""Ten mails of five systems in three languages become fallbacks that compile."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.authoring.new_experience import NewExperience, convert_experience

MAILS = sorted(Path(__file__).with_name("mails").iterdir())


@pytest.mark.parametrize("mail", MAILS, ids=[mail.name for mail in MAILS])
def test_a_mail_becomes_a_fallback_that_compiles(mail: Path, tmp_path: Path) -> None:
    """Nothing is left to correct in the converted text."""
    catalogue = tmp_path / "catalogue"
    catalogue.mkdir()
    locale = mail.stem.rpartition(".")[2]
    (catalogue / "shop.yaml").write_text(f"name: Shop\nlocales: [{locale}]\n")
    new = NewExperience(
        id="mail", goal="say it", format="html" if mail.suffix == ".html" else "text"
    )
    written = convert_experience(tmp_path, new, mail)
    assert written.problems == ()
