"""The roof: command line, settings, secrets, and the one place that knows every concrete class."""

__version__ = "0.1.0"
