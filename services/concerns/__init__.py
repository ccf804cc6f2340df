"""Issues that citizens raise, until an analyst adopts or declines them."""
