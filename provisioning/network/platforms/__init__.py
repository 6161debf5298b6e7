"""One file a platform: parse what a switch says, render what it should do."""
