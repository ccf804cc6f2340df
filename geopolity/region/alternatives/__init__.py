"""Other answers than the smallest region: what a region costs without each unit, or with it, and others as good."""
