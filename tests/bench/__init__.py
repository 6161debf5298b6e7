"""Ratios of two ways, measured side by side in one run: `scripts/bench`. pytest collects none."""
