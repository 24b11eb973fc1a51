"""``python -m clearprop``: the command line."""

from clearprop.cli import main

if __name__ == "__main__":
    main()
