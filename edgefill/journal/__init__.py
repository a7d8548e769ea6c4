"""Files that record the progress of a run and survive when the run is killed."""
