"""What keeps a learner's training loop from learning, in the order a tutor would ask."""
