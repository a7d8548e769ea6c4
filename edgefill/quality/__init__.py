"""The quality report of a drafting run: how many texts were accepted, at what cost, and why not."""
