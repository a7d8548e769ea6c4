"""Which features a router has weights for: those that tell its targets apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import diags

from edgefill.router_training.fit.features import Codes, FeatureCounts, Words
from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.routing.features import code


def telling_features(rows: Sequence[Words], targets: Ints, *, most: int) -> Codes:
    """Features by how far their mean TF-IDF differs between targets, furthest first."""
    counts = FeatureCounts(rows)
    every = counts.vocabulary()
    scaled = _scaled(counts.matrix(every)).tocsc()
    shares = np.bincount(targets) / len(targets)
    overall = np.asarray(scaled.mean(axis=0)).ravel()
    spread = np.zeros(scaled.shape[1])
    for target in np.flatnonzero(shares):
        mean = np.asarray(scaled[targets == target].mean(axis=0)).ravel()
        spread += shares[target] * (mean - overall) ** 2
    return every[np.argsort(-spread, kind="stable")[:most]]


def common_words(rows: Sequence[Words], *, most: int) -> Codes:
    """The words that stand in most of `rows`, commonest first, and of equals the one seen first."""
    seen = Counter(word for words in rows for word in dict.fromkeys(words))
    return np.array([code(f" {word}") for word, _ in seen.most_common(most)], np.int64)


def _scaled(counts: Any) -> Any:
    """TF-IDF rows of unit length, but for features that repeat."""
    documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    squares = (np.log(counts.shape[0] / np.maximum(documents, 1)) + 1) ** 2
    size = np.sqrt(np.maximum(counts @ squares, 1))
    return diags(1 / size) @ counts @ diags(np.sqrt(squares))
