"""Lambda@Edge: Python handlers run from their bundles, between real events and checked results."""
