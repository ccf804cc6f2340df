"""Places that an operator added to the gazetteer."""
