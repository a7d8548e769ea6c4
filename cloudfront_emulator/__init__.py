"""CloudFront on one machine: behaviours, cache keys, TTLs and origin-request functions."""
