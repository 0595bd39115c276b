"""Runs the command line: `python -m calcqa`."""

from calcqa.cli.main import main

if __name__ == "__main__":
    main()
