"""The engines behind the seam of gpu_service/engine.py."""
