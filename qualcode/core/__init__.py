"""Pure values and functions: no files, no clock, no YAML, no SQL, no terminal."""
