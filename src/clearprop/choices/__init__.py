"""What a user can choose: every command with its options, and the parsers of what is typed.

The command line declares its options from this room at every start, so it imports nothing heavy.
"""
