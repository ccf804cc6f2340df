"""One module per use case; the command line calls these and nothing else."""
