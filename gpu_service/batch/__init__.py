"""Offline batches: one shard of requests, a JSON object a line, written without a server.

Shards and answers are OpenAI's batch files (platform.openai.com/docs/api-reference/batch, "The
request input object" and "The request output object").

SHARD.jsonl          {"custom_id", "method": "POST", "url", "body"} a line; a body is what
                     the service's route `url` takes: vLLM's `structured_outputs` too, or the
                     slots of a template (POST /v1/templates)
OUT.jsonl.partial    the answers so far, in the order in which they were finished
OUT.jsonl            the same file once every request has its answer
"""
