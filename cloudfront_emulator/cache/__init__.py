"""CloudFront's caches: freshness, stored responses, conditions, invalidation."""
