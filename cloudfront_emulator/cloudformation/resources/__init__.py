"""Reads the resources of a template, one module per kind."""
