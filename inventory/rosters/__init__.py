"""School rosters: one file a format, read by name, every loss reported by line."""
