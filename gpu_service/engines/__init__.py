"""The engines that generate texts, behind the Protocols of engine.py and offline_engine.py."""
