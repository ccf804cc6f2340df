"""Answer which units and polities a place belongs to, one at a time or by the million."""
