"""Own widgets."""
