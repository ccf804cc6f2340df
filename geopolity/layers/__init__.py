"""Census layers: their units, which of them touch, and what lies between one layer and another."""
