"""The template language: Jinja2's tree translated into a smaller, typed one, or refused."""
