"""The smoke test of a running deployment. Standard library only: a canary can run it too."""
