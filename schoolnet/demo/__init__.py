"""The practice lab as a place of its own, and the demo: a whole term start in it."""
