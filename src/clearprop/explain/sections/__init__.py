"""The parts of an explanation, each as blocks with the numbers put in."""
