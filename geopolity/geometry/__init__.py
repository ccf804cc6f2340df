"""Shapes on the Earth, whatever they stand for: true areas, distances, shared vertices, integers to snap to."""
