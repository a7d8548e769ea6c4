"""Train routers from examples. Runs at training time only, never at the edge."""
