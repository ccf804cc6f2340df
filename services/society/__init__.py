"""Simulate a society: derive its families of polities once, live through the years, write the folder, check one."""
