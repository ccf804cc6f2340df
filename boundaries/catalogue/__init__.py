"""Known layers and tables, by the names and columns their publishers give them."""
