"""Sample files and published question sets, read and written."""
