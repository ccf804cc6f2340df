"""Maps that a reader can move: one file with folium, and what the live map is fed with."""
