"""The few LDAP messages that come in masses, encoded and decoded without a schema library.

ldap3 opens the connection and does everything else; its encoder and its conversion of values
cost more than the server needs for the work. Only adds, modifies, moves, deletes and search
answers are here (RFC 4511), in BER (X.690) as LDAP restricts it (RFC 4511, 5.1).
"""
