"""Compares our checks of `docker build --check` with tally's, over the Dockerfiles of docs/rules.md.

usage: rules.py CHECK RULES.md

CHECK is the example `check`, built. Each block ```dockerfile of the pages is checked by both, and the sets of BuildKit's
rules that fire must be the same. tally is a second implementation, not Docker's own: where it differs, DIFFERENT says
how and why, and a row that no longer applies is an error too.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from outside import Tools

# The page, which of its blocks (from 0), and the rule: the reason.
COLON = "tally takes the colon of `${NAME:-default}` for one between ports"
BASE = "tally takes the base for one that sets nothing, and we know nothing of it"
ONCE = "a secret is told of once, where it is read"
SHELL = "tally asks for exec form where a SHELL says that a shell is meant; Docker does not"
ELSEWHERE = "arg-of-another-stage tells it, as it knows where the variable is declared"
DIFFERENT = {
    ("arg-of-another-stage", 0, "UndefinedVar"): ELSEWHERE,
    ("invalid-expanded-value", 0, "ExposeInvalidFormat"): COLON,
    ("invalid-expanded-value", 1, "ExposeInvalidFormat"): COLON,
    ("same-env-reference", 0, "UndefinedVar"): BASE,
    ("secret-in-run", 0, "SecretsUsedInArgOrEnv"): ONCE,
    ("shell-form-after-shell", 0, "JSONArgsRecommended"): SHELL,
}


def blocks(text):
    """The Dockerfiles of each page: (rule, number, text)."""
    for page in re.split(r"^## ", text, flags=re.M)[1:]:
        rule = page.split("\n", 1)[0].strip().strip("`")
        found = re.findall(r"^```dockerfile\n(.*?)^```", page, flags=re.M | re.S)
        for number, block in enumerate(found):
            yield rule, number, block


def ours(check, path):
    done = subprocess.run([check, "--json", "--experimental", path], capture_output=True, encoding="utf-8")
    if done.returncode == 2:
        sys.exit(done.stderr)
    return {
        name.removeprefix("buildkit:")
        for found in json.loads(done.stdout)["diagnostics"]
        for name in found["also"]
        if name.startswith("buildkit:")
    }


def theirs(tools, path):
    done = tools.tally([path])
    try:
        found = json.loads(done.stdout)
    except ValueError:
        # It stops at what it cannot read.
        return None
    rules = (violation["rule"] for file in found["files"] for violation in file["violations"])
    return {rule.removeprefix("buildkit/") for rule in rules}


def main(check, page):
    check = str(Path(check).resolve())
    differences, compared, unread = {}, 0, 0
    with tempfile.TemporaryDirectory() as home:
        tools = Tools(Path(home))
        for rule, number, block in blocks(Path(page).read_text()):
            path = Path(home) / "Dockerfile"
            path.write_text(block)
            tally = theirs(tools, path)
            if tally is None:
                unread += 1
                continue
            compared += 1
            for name in ours(check, path) ^ tally:
                differences[rule, number, name] = "only we" if name not in tally else "only tally"
    for key in sorted(differences.keys() - DIFFERENT.keys()):
        print(f"{key[0]}, block {key[1]}: {differences[key]} tell of {key[2]}")
    for key in sorted(DIFFERENT.keys() - differences.keys()):
        print(f"{key}: no difference any more")
    print(f"{compared} Dockerfiles compared, {unread} that tally cannot read, {len(DIFFERENT)} differences argued")
    if not compared:
        sys.exit("nothing was compared")
    sys.exit(differences.keys() != DIFFERENT.keys())


if __name__ == "__main__":
    main(*sys.argv[1:])
