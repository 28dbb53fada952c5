"""The engine beside its peers: what compare.py is made of."""
