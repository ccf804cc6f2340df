"""Footprints: from files, and from the [footprint] table of an issue."""
