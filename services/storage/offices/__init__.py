"""Offices in the store: draws, seats, and calls to serve."""
