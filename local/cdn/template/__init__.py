"""A synthesised CloudFormation template, read as the distribution that it describes."""

from local.cdn.template.findings import TemplateRefused
from local.cdn.template.reader import load_distribution
from local.cdn.template.routes import Route, routes

__all__ = ["Route", "TemplateRefused", "load_distribution", "routes"]
