"""What pages show, gathered from the store: values in the terms of the page."""
