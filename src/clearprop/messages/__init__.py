"""Chinese for what is written in English where it arises: errors, warnings, the help."""
