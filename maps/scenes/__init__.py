"""Static pictures as values: what stands where on paper, drawn as SVG or PNG."""
