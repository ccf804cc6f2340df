"""One unit for each populated place on Earth: its ground, its people, and how far to trust both."""
