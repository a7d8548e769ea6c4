"""Sends misses to origins and turns failures into CloudFront's error pages."""
