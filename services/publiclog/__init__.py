"""The public log given to strangers, checked, and taken over on another host."""
