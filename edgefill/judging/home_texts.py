"""HomeTexts: what the accepted texts of one experience say, and in which order.

`evidence.py` asks them which sentences never stand together, and what they never say twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from edgefill.judging.ngrams import Ngram, list_all_ngrams
from edgefill.judging.prose import Sentence

# letters of a word that count as its stem, and of the shortest word that has one
STEM_LETTERS, MIN_LETTERS = 5, 4


@dataclass(frozen=True, slots=True)
class AcceptedProse:
    """One accepted text as it was read.

    `sentences` are those of its fullest reading in order, `variants` what else it says without
    optional parts; each once.
    """

    experience: str
    case: str
    sentences: tuple[Sentence, ...]
    variants: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeTexts:
    """The accepted texts of one experience.

    `places` gives each sentence's position in each text (by number) that has it; `shares` is the
    share of the texts whose case states a value; `stems` counts the texts that say a stem, `echoes`
    those that say it in two sentences.
    """

    total: int
    stems: Mapping[str, int]
    echoes: Mapping[str, int]
    places: Mapping[Sentence, Mapping[int, int]]
    shares: Mapping[str, float]
    ngrams: frozenset[Ngram]


def count_stems(sentences: Iterable[Sentence]) -> Counter[str]:
    """In how many of some sentences each stem of a longer word is."""
    return Counter(stem for sentence in sentences for stem in list_stems(sentence))


@lru_cache(maxsize=8192)
def list_stems(sentence: Sentence) -> frozenset[str]:
    """The beginnings of a sentence's longer words."""
    return frozenset(
        word[:STEM_LETTERS].lower()
        for word in sentence
        if len(word) >= MIN_LETTERS and word.isalpha()
    )


def build_homes(texts: Sequence[AcceptedProse]) -> dict[str, HomeTexts]:
    """The texts of each experience; a text's number is its place in `texts`."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        numbers[text.experience].append(number)
    return {
        experience: _build_home({number: texts[number] for number in each})
        for experience, each in numbers.items()
    }


def _build_home(texts: Mapping[int, AcceptedProse]) -> HomeTexts:
    places: defaultdict[Sentence, dict[int, int]] = defaultdict(dict)
    values: Counter[str] = Counter()
    for number, text in texts.items():
        values.update(set(text.case.split(".")))
        for position, sentence in enumerate((*text.sentences, *text.variants)):
            places[sentence][number] = position
    said = [count_stems(text.sentences) for text in texts.values()]
    return HomeTexts(
        total=len(texts),
        stems=Counter(stem for counts in said for stem in counts),
        echoes=Counter(stem for counts in said for stem, n in counts.items() if n > 1),
        places=places,
        shares={value: count / len(texts) for value, count in values.items()},
        ngrams=frozenset(gram for each in places for gram in list_all_ngrams(each)),
    )
