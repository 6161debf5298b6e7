"""Second floor: makes reality match the inventory."""
