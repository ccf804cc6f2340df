"""Where an issue bites, how hard, and how many people that affects in each unit, with a range."""
