"""Writing a shop of one's own: checking its content, its first files, texts of other systems."""
