"""The engines that compute: one protocol, one conformance table, several back ends."""
