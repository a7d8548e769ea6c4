"""Brings a new version of the model to the GPU service: what `edgefill model` and AWS do."""
