"""Clusters: missed questions that say the same in nearly the same words.

TF-IDF over words, pairs of words and letter groups; average linkage over cosine distances. It
knows no synonyms: what shares no words stays apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, make_union

from edgefill.router_training.misses.misses import MissedQuestion
from edgefill.routing.question import ADDRESS_MASK, NAME_MASK, NUMBER_MASK

APART = 0.7  # mean cosine distance at which two groups stay two: CLINC150's validation questions
# (150 intents, 10 each) then share an intent in 88% of the pairs that share a cluster
MOST = 3000  # a locale's distances are held in memory: 72 MB
_TELLING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Misses of one locale, the most asked first; `words` are what they have in common."""

    locale: str
    misses: tuple[MissedQuestion, ...]
    words: tuple[str, ...]

    @property
    def asked(self) -> int:
        """How often all of them were."""
        return sum(miss.asked for miss in self.misses)


def clusters_of(
    misses: Iterable[MissedQuestion], spoken: Mapping[str, Sequence[str]], *, most: int = MOST
) -> tuple[Cluster, ...]:
    """The misses with texts in clusters, the most asked first; the same for the same input.

    No cluster has two locales. `spoken` holds utterances by locale: they say which words are
    common there, and so tell little. A locale's misses beyond the `most` asked are in none.
    """
    locales: defaultdict[str, list[MissedQuestion]] = defaultdict(list)
    for miss in sorted(misses, key=lambda miss: (-miss.asked, miss.digest)):
        if miss.text:
            locales[miss.locale].append(miss)
    found = [
        cluster
        for locale, asked in locales.items()
        for cluster in _of_locale(locale, asked[:most], spoken.get(locale, ()))
    ]
    return tuple(sorted(found, key=lambda each: (-each.asked, each.locale, each.misses[0].digest)))


def _of_locale(
    locale: str, misses: list[MissedQuestion], spoken: Sequence[str]
) -> Iterable[Cluster]:
    texts = [_unmasked(miss.text) for miss in misses]
    space = _space().fit([*texts, *(text.casefold() for text in spoken)])
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(_labels(_distances(space, texts))):
        groups[int(label)].append(row)
    for rows in groups.values():
        yield Cluster(
            locale=locale,
            misses=tuple(misses[row] for row in rows),
            words=_words([texts[row] for row in rows], space),
        )


def _unmasked(text: str) -> str:
    """A mark says that something was there, not what was asked."""
    words = text.replace(NAME_MASK, " ").split()
    return " ".join(word for word in words if word not in (NUMBER_MASK, ADDRESS_MASK)) or text


def _space() -> FeatureUnion:
    words = TfidfVectorizer(
        tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True
    )
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    return make_union(words, letters)


def _distances(space: FeatureUnion, texts: list[str]) -> NDArray[np.float64]:
    rows = space.transform(texts)
    alike = (rows @ rows.T).toarray() / 2  # two unit vectors a row
    return np.asarray(1 - np.clip(alike, 0, 1))


def _labels(distances: NDArray[np.float64]) -> NDArray[np.int64]:
    if len(distances) < 2:
        return np.zeros(len(distances), np.int64)
    model = AgglomerativeClustering(
        n_clusters=None, distance_threshold=APART, metric="precomputed", linkage="average"
    )
    return np.asarray(model.fit_predict(distances))


def _words(texts: list[str], space: FeatureUnion) -> tuple[str, ...]:
    """The words that weigh most over all texts, in the order of the first that has them."""
    tfidf = space.transformer_list[0][1]
    weights = np.asarray(tfidf.transform(texts).sum(axis=0)).ravel()
    known = tfidf.vocabulary_
    said = list(dict.fromkeys(word for text in texts for word in text.split() if word in known))
    telling = sorted(said, key=lambda word: (-weights[known[word]], word))[:_TELLING]
    return tuple(word for word in said if word in telling)
