"""Where records live: typed tables of now and of every past day, beside the journal."""
