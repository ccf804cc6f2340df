"""Pages to print and to publish: the report of a polity and of a draw, and what they find worth saying."""
