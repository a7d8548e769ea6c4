"""Sentence embeddings that teach a router: all-MiniLM-L6-v2, when the `teacher` extra is installed.

Slow and large, so at training time alone; what it said of a text is kept in a folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NAME = "all-MiniLM-L6-v2"
_NEIGHBOURS = 12
_NEAR = 0.3  # cosine of two tokens that mean something alike
_COMMON = 2000  # BERT's tokens before this one are symbols and letters


def is_installed() -> bool:
    """Whether the teacher can be asked."""
    return find_spec("all_minilm_l6_v2") is not None


class Teacher:
    """The model, unpacked into `cache` when it is first asked, and its answers beside it."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def embed(self, texts: Sequence[str]) -> Floats:
        """Texts x 384, each of length one."""
        name = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:20]
        kept = self._cache / f"{name}.npy"
        if not kept.exists():
            found = self._model.encode(list(texts), batch_size=128, show_progress_bar=False)
            kept.parent.mkdir(parents=True, exist_ok=True)
            draft = kept.with_suffix(".draft.npy")
            np.save(draft, np.asarray(found, np.float16))
            draft.replace(kept)
        return np.asarray(np.load(kept), np.float32)

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
        vocabulary = self._model.tokenizer.get_vocab()
        words = sorted(
            word
            for word, at in vocabulary.items()
            if word.isalpha() and len(word) > 2 and at >= _COMMON
        )
        table = self._model[0].auto_model.embeddings.word_embeddings.weight.detach().numpy()
        vectors = table[[vocabulary[word] for word in words]]
        vectors = vectors - vectors.mean(axis=0)
        return words, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @cached_property
    def _model(self) -> Any:
        with contextlib.redirect_stdout(sys.stderr):  # the package greets
            from all_minilm_l6_v2 import get_model_path  # noqa: PLC0415 an extra
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 it loads torch

            return SentenceTransformer(str(get_model_path(str(self._cache))), device="cpu")
