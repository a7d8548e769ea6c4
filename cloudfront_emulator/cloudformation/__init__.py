"""Reads a CloudFormation template as the distribution that it declares."""

from cloudfront_emulator.cloudformation.reader import load_distribution

__all__ = ["load_distribution"]
