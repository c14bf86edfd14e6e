"""Checks the committed JSON Schemas with a validator that is not ours.

    python .ci/schema.py SCHEMA FOLDER

FOLDER has what the tests left: valid/*.json, which the schema has to accept,
and refused/*.json, which it has to refuse.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator


def wrong(schema, folder):
    """What the schema says that it should not, and how much was looked at."""
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    found, counts = [], []
    for name, accepts in (("valid", True), ("refused", False)):
        paths = sorted((folder / name).glob("*.json"))
        counts.append(len(paths))
        if not paths:
            found.append(f"{folder / name}: nothing there")
        for path in paths:
            error = next(validator.iter_errors(json.loads(path.read_text("utf-8"))), None)
            if accepts and error:
                where = "/".join(map(str, error.absolute_path))
                found.append(f"{path}: refused at {where}: {error.message[:200]}")
            elif not accepts and not error:
                found.append(f"{path}: accepted")
    return found, counts


def main(schema, folder):
    found, (valid, refused) = wrong(json.loads(Path(schema).read_text("utf-8")), Path(folder))
    for line in found:
        print(line)
    print(f"{schema}: {valid} valid, {refused} refused, {len(found)} wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
