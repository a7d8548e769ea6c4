"""Where examples come from: each module reads one kind of source and proposes its examples."""
