"""What somebody asks to be derived: files, forms and JSON, read into one request."""
