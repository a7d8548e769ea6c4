"""`python -m training.corpus.accepted_texts FILE`: the demo shop's accepted texts for the judge.

Composes texts from the phrase banks and writes those that the compiler accepts as JSON Lines with
`key` and `text`, for `edgefill judge train --accepted`, followed by the texts of earlier editions
of the banks (`templates/judging/earlier_texts.jsonl`), marked as superseded.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.compiler import find_refusals
from edgefill.core.keys import Key
from training.corpus.phrase_grammar import compose_template

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
TEXTS_PER_KEY = 60
SEED = 12


def compose_accepted_texts(
    catalogue: Catalogue, texts_per_key: int = TEXTS_PER_KEY
) -> Iterator[tuple[Key, str]]:
    """Distinct compilable texts per key, the tones in turn; the same for the same banks.

    Derived experiences have no phrase bank: their texts are made from their sources'.
    """
    rng = random.Random(SEED)
    for key in catalogue.list_keys():
        entry = catalogue.entry(key.experience)
        if entry.derived_from:
            continue
        tones = [entry.tones[i % len(entry.tones)] for i in range(texts_per_key)]
        texts = [compose_template(entry.experience, key, tone, rng) for tone in tones]
        for text in dict.fromkeys(texts):
            if not find_refusals(
                text,
                experience=entry.experience,
                locale=key.locale,
                name=str(key),
                other_case_phrases=entry.phrases_for_other_cases(key.locale, key.case),
            ):
                yield key, text


def main() -> None:
    """Write the file that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("file", type=Path, help="the JSON Lines file to write")
    parser.add_argument("--templates", type=Path, default=TEMPLATES)
    options = parser.parse_args()
    catalogue = load_catalogue(options.templates / "catalogue")
    lines = [
        json.dumps({"key": str(key), "text": text}, ensure_ascii=False)
        for key, text in compose_accepted_texts(catalogue)
    ]
    earlier = options.templates / "judging" / "earlier_texts.jsonl"
    lines += earlier.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    options.file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines)} accepted texts: {options.file}")


if __name__ == "__main__":
    main()
