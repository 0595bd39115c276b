"""Opens the index and serves the page on this machine: python app.py."""

import sys

import calcqa
from calcqa.interfaces.chat import serve

if __name__ == "__main__":
    try:
        serve(calcqa.open())
    except calcqa.CalcqaError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
