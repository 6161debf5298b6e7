"""Tests run the real parts: slapd, sshd, Open vSwitch, tmux."""
