"""Training sets: the examples from which models that write, revise and summarise are taught.

`build.py` shows the order of steps: sources propose examples (sources/), their licences and
personal data are checked, they are split by combination, and near-duplicates are left out.
`folder.py` writes the result with its card, `check.py` checks it again. docs/training.md explains
it to its users.
"""
