"""Is the gradient right? Differences, complex step, Taylor remainder; the verdict per block."""
