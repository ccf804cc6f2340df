"""What people are told, by mail and by letter."""
