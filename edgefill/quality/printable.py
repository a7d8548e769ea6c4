"""Control characters of texts that models write: a terminal or a page must not obey them.

Escape sequences (ECMA-48) begin with ESC or a C1 control; bidirectional controls (Unicode 9.0.0,
UAX 9) show a text in another order than it has; unpaired surrogates cannot be printed as UTF-8.
"""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def replace_controls(text: str) -> str:
    """Return `text` with a replacement character for each control but line break and tab.

    What follows a control stays, so that nothing is hidden from a reader.
    """
    return _CONTROLS.sub(REPLACEMENT, text.replace("\r\n", "\n"))


def escape_controls(json_text: str) -> str:
    """Return JSON with an escape for each control in its strings."""
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)
