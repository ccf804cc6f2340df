"""Every word that people read, in their language, and numbers, dates and lists as that language writes them.

The languages are English, in which all sentences stand in the source, and those that have a catalogue
``LANGUAGE/LC_MESSAGES/geopolity.po`` here; see the README.
"""
