"""Lower bounds: what every region with the quota must cost, by dual ascent at a price per person."""
