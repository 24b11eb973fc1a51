"""The studio: one's own data and network under the hand, in the browser, with the native engine."""
