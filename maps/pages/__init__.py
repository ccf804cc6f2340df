"""Pages that the service answers with: values in, HTML out; each module is one page."""
