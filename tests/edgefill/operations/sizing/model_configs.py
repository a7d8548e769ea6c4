"""config.json of public models, with their numbers of parameters.

Written from memory of the model pages on huggingface.co; neither was downloaded. The formulas of
`edgefill fit` reproduce each number exactly, which numbers written wrongly would hardly do.
"""

from __future__ import annotations

from typing import Any

MISTRAL_7B: dict[str, Any] = {  # mistralai/Mistral-7B-v0.1
    "architectures": ["MistralForCausalLM"],
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "max_position_embeddings": 32768,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "sliding_window": 4096,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 32000,
}
MISTRAL_7B_PARAMETERS = 7_241_732_096

QWEN_7B: dict[str, Any] = {  # Qwen/Qwen2.5-7B-Instruct
    "architectures": ["Qwen2ForCausalLM"],
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "max_position_embeddings": 32768,
    "num_attention_heads": 28,
    "num_hidden_layers": 28,
    "num_key_value_heads": 4,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "use_sliding_window": False,
    "vocab_size": 152064,
}
QWEN_7B_PARAMETERS = 7_615_616_512

LLAMA_70B: dict[str, Any] = {  # meta-llama/Llama-3.1-70B-Instruct
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "hidden_size": 8192,
    "intermediate_size": 28672,
    "max_position_embeddings": 131072,
    "num_attention_heads": 64,
    "num_hidden_layers": 80,
    "num_key_value_heads": 8,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 128256,
}
LLAMA_70B_PARAMETERS = 70_553_706_496
LLAMA_70B_AWQ: dict[str, Any] = LLAMA_70B | {  # hugging-quants/Meta-Llama-3.1-70B-Instruct-AWQ-INT4
    "torch_dtype": "float16",
    "quantization_config": {
        "bits": 4,
        "group_size": 128,
        "modules_to_not_convert": None,
        "quant_method": "awq",
        "version": "gemm",
        "zero_point": True,
    },
}

MIXTRAL_8X7B: dict[str, Any] = MISTRAL_7B | {  # mistralai/Mixtral-8x7B-v0.1
    "architectures": ["MixtralForCausalLM"],
    "num_local_experts": 8,
    "sliding_window": None,
}
MIXTRAL_8X7B_PARAMETERS = 46_702_792_704

QWEN3_8B: dict[str, Any] = {  # Qwen/Qwen3-8B
    "architectures": ["Qwen3ForCausalLM"],
    "attention_bias": False,
    "head_dim": 128,
    "hidden_size": 4096,
    "intermediate_size": 12288,
    "max_position_embeddings": 40960,
    "num_attention_heads": 32,
    "num_hidden_layers": 36,
    "num_key_value_heads": 8,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 151936,
}
QWEN3_8B_PARAMETERS = 8_190_735_360

DEEPSEEK_V3: dict[str, Any] = {  # deepseek-ai/DeepSeek-V3
    "architectures": ["DeepseekV3ForCausalLM"],
    "hidden_size": 7168,
    "intermediate_size": 18432,
    "kv_lora_rank": 512,
    "max_position_embeddings": 163840,
    "num_attention_heads": 128,
    "num_hidden_layers": 61,
    "num_key_value_heads": 128,
    "qk_rope_head_dim": 64,
    "torch_dtype": "bfloat16",
    "vocab_size": 129280,
}
