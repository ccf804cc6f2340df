"""The public page of a polity, and the page of a version that is proposed."""
