"""Citizens, the lot, seats and service: everybody who sits, and how they came to."""
