"""OGC API Features (Parts 1 and 2) and Tiles over the store: layers, polities, membership cells."""
