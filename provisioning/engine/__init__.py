"""The one loop for everything: read, want, plan, apply, verify, record. Knows no target."""
