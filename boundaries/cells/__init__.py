"""Units whose id or point is the place: cells of grids, ground around points."""
