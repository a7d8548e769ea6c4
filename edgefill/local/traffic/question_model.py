"""Generates free questions: the catalogue's own utterances with small variations.

They show how the stack behaves. They do not show how well a router recognises the questions of
real visitors, which differ more from the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from edgefill.catalogue.questions.question_files import OUT_OF_SCOPE, CatalogueQuestions
from edgefill.core.cases import ANY
from edgefill.core.keys import Key
from edgefill.local.traffic.traffic_model import TrafficRequest

if TYPE_CHECKING:
    from edgefill.local.services.identity import DevVisitor

OUT_OF_SCOPE_SHARE = 0.1
ANONYMOUS_SHARE = 0.3
OPENINGS = {
    "en": ("hi, ", "hello! ", "sorry to bother you: ", "quick question, "),
    "de": ("hallo, ", "moin! ", "kurze Frage: ", "entschuldigung, "),
}
THANKS = {"en": (" thanks", " please", "??"), "de": (" danke", " bitte", "??")}


class QuestionTrafficModel:
    """Draws questions from a catalogue; the same seed gives the same questions.

    `answer` is the experience that answers questions which no other experience answers.
    """

    def __init__(
        self, questions: CatalogueQuestions, visitors: list[DevVisitor], *, seed: int
    ) -> None:
        self.answer = questions.ask.answer
        self._questions = questions
        self._visitors = visitors
        self._seed = seed

    def generate_requests(self, count: int) -> Iterator[TrafficRequest]:
        """Yield `count` questions; each key names the intended experience or OUT_OF_SCOPE."""
        rng = Random(self._seed)
        for _ in range(count):
            visitor = None if rng.random() < ANONYMOUS_SHARE else rng.choice(self._visitors)
            locale = rng.choice(self._questions.locales)
            experience = self._pick_experience(rng, locale, guest=visitor is None)
            phrases = self._questions.utterances[experience, locale]
            text = vary_phrase(rng.choice(phrases), locale, rng)
            yield TrafficRequest(
                key=Key(experience=experience, locale=locale, case=ANY),
                path="/ask?" + urlencode({"q": text, "locale": locale}),
                visitor=visitor,
            )

    def _pick_experience(self, rng: Random, locale: str, *, guest: bool) -> str:
        """An experience that the visitor may see, or OUT_OF_SCOPE."""
        if rng.random() < OUT_OF_SCOPE_SHARE:
            return OUT_OF_SCOPE
        visible = (
            self._questions.anonymous_experiences
            if guest
            else self._questions.routed_experiences.keys()
        )
        return rng.choice(sorted(id_ for id_ in visible if self._questions.utterances[id_, locale]))


def vary_phrase(text: str, locale: str, rng: Random) -> str:
    """`text` with at most two changes: an opening, thanks, upper case, a typing error."""
    changes: tuple[Callable[[str], str], ...] = (
        lambda phrase: rng.choice(OPENINGS.get(locale, ("",))) + phrase,
        lambda phrase: phrase + rng.choice(THANKS.get(locale, ("",))),
        str.upper,
        lambda phrase: _mistype(phrase, rng),
    )
    for change in rng.sample(changes, rng.randint(0, 2)):
        text = change(text)
    return text


def _mistype(text: str, rng: Random) -> str:
    """Swap two neighbouring letters, double one, or leave one out."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 2)
    before, one, two, after = text[:at], text[at], text[at + 1], text[at + 2 :]
    return before + rng.choice((two + one, one + one + two, two)) + after
