"""`python -m training.corpus.superseded_texts FOLDER`: records what an edit of the banks replaced.

FOLDER has the phrase banks before the edit:

    git archive main training/phrases | tar -x -C /tmp

Composes texts from those and from the present banks, and appends texts with sentences that only
the former compose to `templates/judging/earlier_texts.jsonl`, so that the judge knows that an
editor has replaced them.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.keys import Key
from edgefill.judging.ngrams import list_ngrams
from edgefill.judging.prose import Sentence, read_prose
from training.corpus.accepted_texts import TEMPLATES, compose_accepted_texts
from training.corpus.phrase_bank import FOLDER
from training.corpus.phrase_grammar import compose_template

# per key and tone; rare phrases of a bank need many
TEXTS_PER_TONE = 100
# the texts in which a replaced sentence is recorded
RECORDED = 4
# a sentence is replaced if so many of its words in a row are in no present text; whole sentences
# are too many to compose them all, since no full stop follows an address
RUN = 3
SEED = 12


def find_superseded_texts(
    catalogue: Catalogue,
    keys: Collection[Key],
    former: Path,
    *,
    texts_per_tone: int = TEXTS_PER_TONE,
) -> Iterator[tuple[Key, str]]:
    """Texts of the banks in the folder `former` with a sentence that the present banks lack.

    All their other sentences are accepted texts': nothing else is recorded as replaced. Each
    replaced sentence is in some RECORDED texts.
    """
    accepted = {
        (key.locale, sentence)
        for key, text in compose_accepted_texts(catalogue)
        for sentence in _list_sentences(catalogue, key, text)
    }
    present = {
        (key.locale, *run)
        for key, text in _compose_texts(catalogue, keys, FOLDER, texts_per_tone)
        for sentence in _list_sentences(catalogue, key, text)
        for run in list_ngrams(sentence, RUN)
    }
    recorded: Counter[tuple[str, Sentence]] = Counter()
    for key, text in _compose_texts(catalogue, keys, former, texts_per_tone):
        sentences = {(key.locale, each) for each in _list_sentences(catalogue, key, text)}
        replaced = {
            (locale, sentence)
            for locale, sentence in sentences - accepted
            if any((locale, *run) not in present for run in list_ngrams(sentence, RUN))
        }
        fresh = any(recorded[each] < RECORDED for each in replaced)
        if fresh and sentences <= accepted | replaced:
            recorded.update(replaced)
            yield key, text


def _compose_texts(
    catalogue: Catalogue, keys: Iterable[Key], phrases: Path, texts_per_tone: int
) -> Iterator[tuple[Key, str]]:
    """Texts in every tone of the shop: the template model mixes the tones."""
    rng = random.Random(SEED)
    for key in keys:
        experience = catalogue.entry(key.experience).experience
        for tone in catalogue.tones:
            for _ in range(texts_per_tone):
                yield key, compose_template(experience, key, tone, rng, phrases)


def _list_sentences(catalogue: Catalogue, key: Key, text: str) -> tuple[Sentence, ...]:
    experience = catalogue.entry(key.experience).experience
    return read_prose(text, experience=experience, locale=key.locale).sentences


def main() -> None:
    """Append to the file of earlier texts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("folder", type=Path, help="the phrase banks before the edit")
    parser.add_argument("--templates", type=Path, default=TEMPLATES)
    options = parser.parse_args()
    catalogue = load_catalogue(options.templates / "catalogue")
    keys = [
        key for key in catalogue.list_keys() if not catalogue.entry(key.experience).derived_from
    ]
    lines = [
        json.dumps({"key": str(key), "text": text, "superseded": True}, ensure_ascii=False)
        for key, text in find_superseded_texts(catalogue, keys, options.folder)
    ]
    earlier = options.templates / "judging" / "earlier_texts.jsonl"
    with earlier.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    print(f"{len(lines)} superseded texts: {earlier}")


if __name__ == "__main__":
    main()
