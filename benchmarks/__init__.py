"""Clearprop beside its peers, at length; for users there is ``clearprop bench``."""
