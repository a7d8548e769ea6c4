"""What an engineer runs before and after a deployment: sizing, preflight checks, a smoke test."""
