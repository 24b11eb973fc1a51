"""Clearprop beside the peers that are installed: ``clearprop bench``."""
