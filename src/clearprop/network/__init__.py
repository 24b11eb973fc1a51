"""The mathematics of a feed-forward network: shapes, parameters, equations, update rules."""
