"""Pages for people: parse, authorise, one use case, render."""
