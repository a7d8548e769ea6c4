"""Questions as people might type them: the catalogue's own, said a little otherwise.

They say how the stack behaves, not how well a router knows real visitors' words: those differ more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from edgefill.catalogue.questions import OUT_OF_SCOPE, CatalogueQuestions
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
    """Questions drawn from a catalogue, the same for a seed; the visitors ask for themselves."""

    def __init__(
        self, questions: CatalogueQuestions, visitors: list[DevVisitor], *, seed: int
    ) -> None:
        self.answer = questions.ask.answer
        self._questions = questions
        self._visitors = visitors
        self._seed = seed

    def generate_requests(self, count: int) -> Iterator[TrafficRequest]:
        """`count` questions; each one's key names the experience that it is about, if any."""
        rng = Random(self._seed)
        for _ in range(count):
            visitor = None if rng.random() < ANONYMOUS_SHARE else rng.choice(self._visitors)
            locale = rng.choice(self._questions.locales)
            about = self._pick_experience(rng, locale, guest=visitor is None)
            phrases = self._questions.utterances[about, locale]
            text = vary_phrase(rng.choice(phrases), locale, rng)
            yield TrafficRequest(
                key=Key(experience=about, locale=locale, case=ANY),
                path="/ask?" + urlencode({"q": text, "locale": locale}),
                visitor=visitor,
            )

    def _pick_experience(self, rng: Random, locale: str, *, guest: bool) -> str:
        """An experience that the visitor may see, or none."""
        if rng.random() < OUT_OF_SCOPE_SHARE:
            return OUT_OF_SCOPE
        visible = (
            self._questions.anonymous_experiences
            if guest
            else self._questions.routed_experiences.keys()
        )
        return rng.choice(sorted(id_ for id_ in visible if self._questions.utterances[id_, locale]))


def vary_phrase(text: str, locale: str, rng: Random) -> str:
    """`text` with at most two of: an opening, thanks, other case, a slip of the fingers."""
    changes: tuple[Callable[[str], str], ...] = (
        lambda said: rng.choice(OPENINGS.get(locale, ("",))) + said,
        lambda said: said + rng.choice(THANKS.get(locale, ("",))),
        str.upper,
        lambda said: _mistype(said, rng),
    )
    for change in rng.sample(changes, rng.randint(0, 2)):
        text = change(text)
    return text


def _mistype(text: str, rng: Random) -> str:
    """Two neighbouring letters swapped, one doubled, or one left out."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 2)
    before, one, two, after = text[:at], text[at], text[at + 1], text[at + 2 :]
    return before + rng.choice((two + one, one + one + two, two)) + after
