"""The roster target."""
