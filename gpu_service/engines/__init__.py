"""The engines behind the seam of gpu_service/engines/engine.py."""
