"""Borders that count, moved onto vertices, so that what bounds vertices bounds them too."""
