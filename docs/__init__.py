"""The guide: its pages, the tool that runs what they show, and the one that builds them (``./run guide``)."""
