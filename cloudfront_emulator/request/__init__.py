"""From a viewer's request to its cache key and to the request for the origin."""
