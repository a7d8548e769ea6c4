"""Saves the trained model: in Hugging Face format, and as ONNX for the embedded engine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import torch
from transformers import GenerationConfig, LlamaForCausalLM, PreTrainedTokenizerFast

PRECISION = "int8"


def save_model(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write the weights in float16, which every engine loads, and the tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    model.generation_config = GenerationConfig(
        do_sample=True,
        temperature=0.8,
        top_p=0.95,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model.to(torch.float16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def export_onnx(folder: Path, *, work: Path) -> None:
    """Write `folder/onnx` from the weights in `folder`, with onnxruntime-genai's model builder."""
    out = folder / "onnx"
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", "onnxruntime_genai.models.builder", "-i", str(folder),
         "-o", str(out), "-p", PRECISION, "-e", "cpu", "-c", str(work / "cache")],
        check=True,
    )  # fmt: skip
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        source = folder / name
        if source.exists() and not (out / name).exists():
            shutil.copy(source, out / name)
