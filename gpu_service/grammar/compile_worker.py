"""Compiles constraints in a process of its own, which compilation.py can end at any moment.

Each line of standard input is a JSON object with `kind` and `text`; each line of standard output
is the JSON string of why the constraint cannot be compiled, or null. The first line, null, says
that the process is ready. It runs as a script and imports nothing of the project.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from llguidance import LLMatcher, LLTokenizer

MEMORY_BYTES = 1 << 30
MAX_MESSAGE_CHARS = 300


def main() -> None:
    """Compile every constraint of standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    tokenizer = LLTokenizer("byte")
    _write_answer(None)
    for line in sys.stdin:
        _write_answer(_explain_failure(tokenizer, **json.loads(line)))


def _explain_failure(tokenizer: Any, kind: str, text: str) -> str | None:
    """Why the constraint cannot be compiled, or cannot allow a first character."""
    try:
        grammar = text
        if kind == "json_schema":
            grammar = LLMatcher.grammar_from_json_schema(text)
        elif kind == "regex":
            grammar = LLMatcher.grammar_from_regex(text)
        matcher = LLMatcher(tokenizer, grammar, log_level=0)
        if not matcher.is_error():
            matcher.compute_bitmask()
    except ValueError as error:
        return str(error)[:MAX_MESSAGE_CHARS]
    return matcher.get_error()[:MAX_MESSAGE_CHARS] if matcher.is_error() else None


def _write_answer(answer: str | None) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
