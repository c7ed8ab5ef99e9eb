# This line is newer than the index.
z = 1
