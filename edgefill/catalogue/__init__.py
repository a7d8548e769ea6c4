"""The catalogue: what the product says, read from `templates/` and checked."""
