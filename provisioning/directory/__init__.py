"""OpenLDAP as a target: units, accounts, groups, initial passwords."""
