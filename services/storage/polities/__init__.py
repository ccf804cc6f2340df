"""Polities in the store: their versions, and the steps of their lives."""
