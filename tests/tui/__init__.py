"""The interface: pure parts, then screens read through Pilot."""
