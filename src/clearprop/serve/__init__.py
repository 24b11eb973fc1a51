"""Predictions over HTTP: rows of JSON, CSV or Arrow in, labels and numbers out."""
