"""The fixtures of tests/edgefill/drafting/fixtures.py."""

from tests.edgefill.drafting.fixtures import catalogue, drafter, prompts

__all__ = ["catalogue", "drafter", "prompts"]
