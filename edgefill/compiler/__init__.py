"""The compiler: template text in, programs out; never at the edge."""

from edgefill.compiler.compile import CompiledTemplate, compile_template, find_refusals

__all__ = ["CompiledTemplate", "compile_template", "find_refusals"]
