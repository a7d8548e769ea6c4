"""A synthesised CloudFormation template, read as the distribution that it describes."""

from cloudfront_emulator.cloudformation.behaviour_summary import (
    BehaviourSummary,
    summarize_behaviours,
)
from cloudfront_emulator.cloudformation.diagnostics import CloudFormationRefused
from cloudfront_emulator.cloudformation.reader import load_distribution

__all__ = ["BehaviourSummary", "CloudFormationRefused", "load_distribution", "summarize_behaviours"]
