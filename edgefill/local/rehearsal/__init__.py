"""A rehearsal of the deployment: real CDK, real bundles, an emulator in the place of AWS."""
