"""Switches as a target: intent, state, session, platforms."""
