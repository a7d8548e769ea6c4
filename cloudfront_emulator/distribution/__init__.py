"""What CloudFront is told: a distribution, its behaviours, policies, origins and functions."""
