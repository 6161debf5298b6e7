"""A sample city, emulated switches, a private directory: the demo and the tests stand on it."""
