"""What the demo derives, seats and tells."""
