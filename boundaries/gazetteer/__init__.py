"""Where a name is: the populated places of the world, regions and countries, US counties and postcodes."""
