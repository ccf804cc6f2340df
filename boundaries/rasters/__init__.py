"""Rasters: cells of numbers on the ground."""
