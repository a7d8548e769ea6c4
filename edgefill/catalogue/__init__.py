"""The catalogue: what a product says to its visitors, read from `templates/` and checked."""
