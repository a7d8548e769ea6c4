"""Chaos: visitors' traffic on a local stack whose parts fail, and the bars that it must meet."""
