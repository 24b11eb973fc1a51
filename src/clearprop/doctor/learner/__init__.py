"""How a learner's function is called: its parameters, its process, its answer."""
