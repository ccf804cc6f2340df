"""Programs that a stranger runs on what was published: each stands alone, and shares no code with what it checks."""
