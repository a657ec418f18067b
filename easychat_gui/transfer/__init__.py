"""Files that others can read, out and in."""
