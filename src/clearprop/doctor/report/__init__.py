"""A diagnosis as text and as a page; the page of all mistakes."""
