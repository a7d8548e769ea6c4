"""What lets GitHub's workflows deploy without stored keys: one stack for each account."""
