"""Group missed questions that say the same in nearly the same words.

TF-IDF over words, word pairs and letter n-grams; average linkage over cosine distances. Synonyms
are not recognized: questions without a common word are never in one cluster.
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

from edgefill.privacy import remove_name_masks
from edgefill.router_training.misses.missed_questions import MissedQuestion
from edgefill.routing.question import ADDRESS_MASK, NUMBER_MASK

# mean cosine distance from which two groups are not merged; of CLINC150's validation questions
# (150 intents, 10 each) 88% of the pairs that share a cluster then share an intent
MAX_MEAN_DISTANCE = 0.7
MAX_QUESTIONS = 3000  # questions of one locale; their distances take 72 MB of memory
_COMMON_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCluster:
    """Misses of one locale, the most frequent first, and the `words` they have in common."""

    locale: str
    misses: tuple[MissedQuestion, ...]
    words: tuple[str, ...]

    @property
    def count(self) -> int:
        """How often all of them were missed."""
        return sum(miss.count for miss in self.misses)


def group_misses(
    misses: Iterable[MissedQuestion],
    utterances: Mapping[str, Sequence[str]],
    *,
    most: int = MAX_QUESTIONS,
) -> tuple[QuestionCluster, ...]:
    """Group the misses with texts, the most frequent cluster first; deterministic.

    A cluster has one locale. `utterances`, by locale, lower the weight of words that are common
    there. Of each locale only the `most` frequent misses are grouped.
    """
    locales: defaultdict[str, list[MissedQuestion]] = defaultdict(list)
    for miss in sorted(misses, key=lambda miss: (-miss.count, miss.digest)):
        if miss.text:
            locales[miss.locale].append(miss)
    clusters = [
        cluster
        for locale, ranked in locales.items()
        for cluster in _group_locale(locale, ranked[:most], utterances.get(locale, ()))
    ]
    return tuple(
        sorted(clusters, key=lambda each: (-each.count, each.locale, each.misses[0].digest))
    )


def _group_locale(
    locale: str, misses: list[MissedQuestion], utterances: Sequence[str]
) -> Iterable[QuestionCluster]:
    texts = [_remove_masks(miss.text) for miss in misses]
    vectorizer = _build_vectorizer().fit([*texts, *(text.casefold() for text in utterances)])
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(_assign_labels(_compute_distances(vectorizer, texts))):
        groups[int(label)].append(row)
    for rows in groups.values():
        yield QuestionCluster(
            locale=locale,
            misses=tuple(misses[row] for row in rows),
            words=_find_common_words([texts[row] for row in rows], vectorizer),
        )


def _remove_masks(text: str) -> str:
    """`text` without masks, which say nothing about its subject; unchanged if it is only masks."""
    words = remove_name_masks(text).split()
    return " ".join(word for word in words if word not in (NUMBER_MASK, ADDRESS_MASK)) or text


def _build_vectorizer() -> FeatureUnion:
    words = TfidfVectorizer(
        tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True
    )
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    return make_union(words, letters)


def _compute_distances(vectorizer: FeatureUnion, texts: list[str]) -> NDArray[np.float64]:
    rows = vectorizer.transform(texts)
    # each row consists of two unit vectors
    similarity = (rows @ rows.T).toarray() / 2
    return np.asarray(1 - np.clip(similarity, 0, 1))


def _assign_labels(distances: NDArray[np.float64]) -> NDArray[np.int64]:
    if len(distances) < 2:
        return np.zeros(len(distances), np.int64)
    model = AgglomerativeClustering(
        n_clusters=None,
        distance_threshold=MAX_MEAN_DISTANCE,
        metric="precomputed",
        linkage="average",
    )
    return np.asarray(model.fit_predict(distances))


def _find_common_words(texts: list[str], vectorizer: FeatureUnion) -> tuple[str, ...]:
    """The words with the largest weight over all texts, in the order of their occurrence."""
    tfidf = vectorizer.transformer_list[0][1]
    weights = np.asarray(tfidf.transform(texts).sum(axis=0)).ravel()
    column = tfidf.vocabulary_
    words = list(dict.fromkeys(word for text in texts for word in text.split() if word in column))
    heaviest = sorted(words, key=lambda word: (-weights[column[word]], word))[:_COMMON_WORDS]
    return tuple(word for word in words if word in heaviest)
