"""Reads policies as JSON, address -> document, and writes what parliament finds in them: lists of issue, details and
place. Run by the Python of .venv-audit, where parliament is."""

import json
import sys

from parliament import analyze_policy_string


def main() -> None:
    found = []
    for address, document in json.load(sys.stdin).items():
        for each in analyze_policy_string(json.dumps(document), address).findings:
            place = {name: value for name, value in each.location.items() if name != "filepath"}
            found.append([address, each.issue, str(each.detail), str(place)])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
