"""Registered people in the store: where they are at home, what they consent to, who can be drawn."""
