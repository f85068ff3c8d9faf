"""The derived SQLite index: a cache of what the files say, refreshed per file."""
