"""Census layers in the store, links between them, and tiles drawn from them."""
