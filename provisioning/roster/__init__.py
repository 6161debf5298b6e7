"""The inventory itself as a target: imports, rollover, user names."""
