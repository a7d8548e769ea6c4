"""The compiler: turns template text into programs, or lists everything that is wrong with it.

It runs before publishing and in the API, never at the edge. `compile.py` shows the order of steps:
`language/` parses and types the text, `formats/` checks what its format allows and how large it can
become, `lint/` checks what it says to its readers.
"""

from edgefill.compiler.compile import (
    CompiledTemplate,
    check_template,
    compile_template,
    find_refusals,
)

__all__ = ["CompiledTemplate", "check_template", "compile_template", "find_refusals"]
