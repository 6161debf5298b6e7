"""Ground floor: what the authority owns, knows and wants. Loads no Textual, netmiko or ldap3."""
