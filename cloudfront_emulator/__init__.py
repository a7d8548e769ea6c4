"""CloudFront with Lambda@Edge on one machine, for any CloudFormation template."""
