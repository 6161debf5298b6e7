"""From records to rows, lines and sentences: what screens show. No Textual in it."""
