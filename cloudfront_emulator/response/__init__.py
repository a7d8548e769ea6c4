"""From an origin's response to the viewer's response."""
