"""What CloudFront keeps: keys, freshness, stored responses, and what viewers get of them."""
