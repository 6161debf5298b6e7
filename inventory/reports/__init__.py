"""What auditors and admins export: one catalogue, every report one entry."""
