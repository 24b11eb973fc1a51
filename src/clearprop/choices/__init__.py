"""What can be chosen: every command with its options, and how what was typed becomes a value.

The room is light, since the command line declares its options from it at every start.
"""
