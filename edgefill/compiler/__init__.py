"""The compiler: template text in, programs out; never at the edge."""

from edgefill.compiler.compile import Compiled, compile_template, refusals

__all__ = ["Compiled", "compile_template", "refusals"]
