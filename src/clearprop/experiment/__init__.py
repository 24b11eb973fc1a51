"""The jobs: from choices, rows and models to runs, measurements, predictions and explanations.

They print nothing. Each module is imported by itself: what predicts does not load what trains.
"""
