"""Branch and bound over what a region meets and avoids: what it begins from, the run, and what is made of its best."""
