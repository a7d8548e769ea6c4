"""Which GPUs a model fits on: parameters, weights, KV cache, overhead."""
