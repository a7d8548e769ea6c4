"""The demo shop's contrast utterances."""

from pathlib import Path

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.router_training.release_routers import train_partition
from edgefill.routing.question import read_question
from edgefill.routing.router import Router
from edgefill.routing.routing_config import Partition

CATALOGUE = Path(__file__).parents[3] / "templates" / "catalogue"


@pytest.mark.parametrize("locale", ["en", "de"])
def test_no_contrast_leads_to_its_experience(locale: str) -> None:
    """Neither is it served, nor is it offered a link that is as unlikely as a review for money."""
    questions = load_catalogue(CATALOGUE).questions
    assert questions is not None
    partition = Partition(tenant="tern-tide", locale=locale, audience="member")
    router = Router(train_partition(questions, partition).router)
    for (experience, of_locale), texts in questions.contrasts.items():
        for text in texts if of_locale == locale else ():
            assert router.route(read_question(text)).experience != experience, text
    for text in ("i want my money back", "ich will mein geld zurück"):
        route = router.route(read_question(text))
        assert "review-request" not in (route.experience, *route.candidates)
