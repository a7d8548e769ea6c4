"""What visitors may ask: declared questions, contrasts, and the states that texts assert."""
