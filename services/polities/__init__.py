"""Polities in the store: every step in the life of a version, and how they lie to each other."""
