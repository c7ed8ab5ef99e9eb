def größe():
