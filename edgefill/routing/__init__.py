"""Lead a question in free text to an experience: read it, score it, decide."""
