"""Who is asking: roles, sessions, keys of programs, and sign-in through a provider."""
