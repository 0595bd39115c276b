"""Opens the index and serves the page on this machine: python app.py."""

import sys

import calcqa
from calcqa.config import stay_at_home

if __name__ == "__main__":
    stay_at_home()
    from calcqa.server.page.layout import serve

    try:
        serve(calcqa.open())
    except calcqa.CalcqaError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
