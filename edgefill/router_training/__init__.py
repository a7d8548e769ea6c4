"""Routers from examples: training time alone, never at the edge."""
