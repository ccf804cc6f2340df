"""What people are told by mail and letter, in words."""
