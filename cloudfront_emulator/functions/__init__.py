"""Runs Lambda@Edge functions in Python, with AWS's events and AWS's checks of results."""
