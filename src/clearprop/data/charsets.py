"""Charsets."""
def likely_encodings(raw: bytes) -> list[str]:
    """TODO."""
    return []
