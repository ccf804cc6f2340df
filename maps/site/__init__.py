"""Pages of the static site: the same words and pictures as the service's, with addresses that work from any folder."""
