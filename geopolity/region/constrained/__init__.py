"""Regions that keep to constraints: the problem without them that has the same regions, limits, conflicts."""
