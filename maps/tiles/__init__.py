"""Vector tiles: one at a time, or the whole pyramid as one archive."""
