"""The service over HTTP: programs at ``/api/v1``, people on pages, both over the same use cases."""
