"""The engines that compute: one protocol, the choice of an engine, and the engines themselves."""
