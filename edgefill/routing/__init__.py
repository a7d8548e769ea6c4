"""Free text to an experience: questions, routers, and whose router is asked."""
