"""What `edgefill doctor` checks: this machine, the content, and an AWS account."""
