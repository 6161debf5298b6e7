"""What the interface sees: the store and the engine behind the protocols of `tui.sources`."""
