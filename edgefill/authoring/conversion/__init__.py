"""Turns a template of another system into a fallback with its blanks declared as slots."""
