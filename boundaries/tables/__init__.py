"""Tables as people have them: encodings, separators, columns and counts."""
