"""Offline batches: generate one shard of requests, one JSON object per line, without a server.

Shards and answers are OpenAI's batch files (platform.openai.com/docs/api-reference/batch, "The
request input object" and "The request output object").

SHARD.jsonl          {"custom_id", "method": "POST", "url", "body"} per line; the body is what the
                     service's route `url` accepts, with vLLM's `structured_outputs` or the slots
                     of a template (POST /v1/templates)
OUT.jsonl.partial    the answers so far, in the order in which they were finished
OUT.jsonl            the same file once every request has its answer
"""
