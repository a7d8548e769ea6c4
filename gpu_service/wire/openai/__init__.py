"""OpenAI's wire format: what its routes take and give.

Shapes as the official Python client (`openai` on PyPI) reads them; extensions as in vLLM's
OpenAI-compatible server (docs.vllm.ai/en/latest/serving/openai_compatible_server.html).
"""
