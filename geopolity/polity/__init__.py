"""From an issue and a layer to a polity, how it compares and changes, and who belongs to it."""
