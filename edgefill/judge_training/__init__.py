"""Trains the small judge that `edgefill.judging` runs, and compares judges with readers.

`train.py` shows the order of steps; `report.py` makes the agreement report.
"""
