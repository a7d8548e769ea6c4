"""A synthesised CloudFormation template, read as the distribution that it describes."""

from cloudfront_emulator.cloudformation.diagnostics import TemplateRefused
from cloudfront_emulator.cloudformation.reader import load_distribution
from cloudfront_emulator.cloudformation.routes import Route, routes

__all__ = ["Route", "TemplateRefused", "load_distribution", "routes"]
