"""The shell: settings, use cases and the command line. Everything that touches the machine meets here."""
