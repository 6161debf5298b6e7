"""Files for what schools upload elsewhere: Apple School Manager, OneRoster."""
