"""School rosters: one file a format, read by name, every loss reported by line.

From bytes to rows: `decoding` (encodings) -> `cells` (separators, quotes) -> `reading` (the
header) -> `schild`, `mapped` (what a format means) -> `assembling` (rows and Problems) ->
`rows` (what comes out). `catalogue` knows the formats, `settings` the sources.
"""
