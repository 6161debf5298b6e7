"""Third floor: what people see. Never talks to a device or a directory itself."""
