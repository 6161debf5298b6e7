"""OpenLDAP as a target, on a real slapd."""
