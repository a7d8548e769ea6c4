"""Model folders for the tests: a LoRA adapter and a quantised copy of the tiny model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

LAYERS, RANK, HIDDEN, HEADS = 5, 4, 256, {"q_proj": 256, "v_proj": 128}


def save_adapter(folder: Path, *, seed: int = 1, hidden: int = HIDDEN) -> Path:
    """Save an adapter of random weights for the tiny model, as peft does.

    With another `hidden` it is for another model.
    """
    import torch  # noqa: PLC0415 of vLLM's environment
    from safetensors.torch import save_file  # noqa: PLC0415

    dice = torch.Generator().manual_seed(seed)
    tensors: dict[str, Any] = {}
    for layer in range(LAYERS):
        for name, out in HEADS.items():
            base = f"base_model.model.model.layers.{layer}.self_attn.{name}"
            tensors[f"{base}.lora_A.weight"] = torch.randn(RANK, hidden, generator=dice)
            tensors[f"{base}.lora_B.weight"] = torch.randn(out, RANK, generator=dice)
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "r": RANK, "lora_alpha": RANK, "bias": "none",
              "target_modules": sorted(HEADS), "task_type": "CAUSAL_LM"}  # fmt: skip
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


def save_w8a8(source: Path, folder: Path) -> Path:
    """Save the tiny model with int8 weights and activations, as compressed-tensors does."""
    import torch  # noqa: PLC0415
    from safetensors.torch import load_file, save_file  # noqa: PLC0415

    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("onnx"))
    tensors: dict[str, Any] = {}
    for name, tensor in load_file(source / "model.safetensors").items():
        tensors[name] = tensor
        if name.endswith("_proj.weight"):
            scale = tensor.float().abs().amax(dim=1, keepdim=True) / 127
            tensors[name] = (tensor.float() / scale).round().to(torch.int8)
            tensors[f"{name}_scale"] = scale
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    weights = {"num_bits": 8, "type": "int", "symmetric": True, "strategy": "channel"}
    inputs = {**weights, "strategy": "token", "dynamic": True}
    group = {"targets": ["Linear"], "weights": weights, "input_activations": inputs}
    configure(folder, quantization_config={
        "quant_method": "compressed-tensors", "format": "int-quantized", "ignore": ["lm_head"],
        "config_groups": {"group_0": group}, "quantization_status": "compressed",
    })  # fmt: skip
    return folder


def configure(folder: Path, **changes: Any) -> None:
    """Change the folder's config.json."""
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
