"""OpenAI's wire format: the request bodies and answers of its routes.

The official Python client (`openai` on PyPI) reads these shapes; extensions as in vLLM's
OpenAI-compatible server (docs.vllm.ai/en/latest/serving/openai_compatible_server.html).
"""
