"""Formats real Dockerfiles and has BuildKit's parser compare them before and after.

    python .ci/corpus.py FORMAT FOLDER

FORMAT is the program of examples/format.rs, FOLDER the files. BuildKit's answers
to them stand beside it in corpus-expected-parse.jsonl: what those refuse, FORMAT
may refuse.

Both texts have to have the same instructions with the same flags, values and
heredocs. What the output style changes is made equal first, and nothing else:

    order of flags, spelling of durations and of the keys of mounts
    quotes and escapes of values that BuildKit expands; `$A` is `${A}`
    JSON or words, for VOLUME, COPY and ADD
    blanks where a command was continued on the next line
    a stage given by number, or one whose name a later stage has too
"""

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dockerfile

BLANKS = " \t"
JOINT = "\0"
DOLLAR = "\1"
COMMANDS = {"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"}
PAIRS = {"ENV", "LABEL"}
WORDS = {"EXPOSE", "VOLUME", "COPY", "ADD", "USER", "WORKDIR", "STOPSIGNAL"}
SWITCHES = {"--link", "--parents", "--unpack", "--keep-git-dir"}
MARKER = re.compile(r"\d*<<(-?)(\"[^\"]*\"|'[^']*'|[^\s<>\"']+)")
MOUNT_KEYS = {"dst": "target", "destination": "target", "src": "source", "ro": "readonly", "rw": "readwrite"}


class File:
    """A text with its instructions, and the names of its stages."""

    def __init__(self, text):
        self.lines = text.removeprefix("\ufeff").split("\n")
        self.escape = "\\"
        for line in self.lines:
            directive = re.match(r"\s*#\s*(\w+)\s*=\s*(\S+)", line)
            if not directive or directive[1].lower() not in ("syntax", "escape", "check"):
                break
            if directive[1].lower() == "escape":
                self.escape = directive[2]
        self.commands = list(dockerfile.parse_string(text))
        self.stages = []

    def logical(self, command):
        """The line of a command as it is joined, with a mark at each joint."""
        pieces = []
        for line in self.lines[command.start_line - 1 : command.end_line]:
            line = line.rstrip("\r")
            if pieces and (not line.strip() or line.lstrip().startswith("#")):
                continue
            content = line.rstrip(BLANKS)
            goes_on = content.endswith(self.escape) and not content.endswith(self.escape * 2)
            pieces.append(content[:-1] if goes_on else line)
            if not goes_on:
                break
        return JOINT.join(pieces)


def compare(before, after):
    """What differs between two texts, as messages."""
    old, new = File(before), File(after)
    differences = []
    for one, other in zip(old.commands, new.commands):
        seen = [meaning(file, command) for file, command in ((old, one), (new, other))]
        if seen[0] != seen[1]:
            wrong = [key for key in seen[0] if seen[0][key] != seen[1].get(key)]
            for key in wrong:
                differences.append(f"line {one.start_line}: {key}: {seen[0][key]!r} became {seen[1].get(key)!r}")
    if len(old.commands) != len(new.commands):
        differences.append(f"{len(old.commands)} instructions became {len(new.commands)}")
    return differences


def meaning(file, command):
    """An instruction without what is a matter of style."""
    keyword = command.cmd.upper()
    values = list(command.value)
    said = {"keyword": keyword, "flags": sorted(flag for each in command.flags for flag in meant(each, file))}
    if keyword == "FROM":
        base = reference(plain(values[0], file.escape), file, base=True)
        if len(values) == 3:
            file.stages.append(values[2].lower())
        else:
            file.stages.append(None)
        # The name is told by what refers to it.
        said["value"] = (base, len(values))
    elif keyword == "ONBUILD":
        inner = re.sub(r"(?i)\A\s*ONBUILD\s*", "", "\n".join(file.lines[command.start_line - 1 : command.end_line]))
        directive = "# escape=`\n" if file.escape == "`" else ""
        trigger = File(directive + inner)
        trigger.stages = file.stages
        said["value"] = meaning(trigger, trigger.commands[0])
    elif keyword in COMMANDS:
        said["json"] = command.json
        said["value"] = values if command.json else command_text(file, command, values)
        if any(MARKER.fullmatch(value) for value in values):
            # Nothing but a script: its delimiter is free.
            said["value"] = ["<<"]
    elif keyword in PAIRS:
        said["value"] = [plain(value, file.escape) for value in values]
    elif keyword == "ARG":
        pairs = [value.partition("=") for value in values]
        said["value"] = [(name, equals, plain(value, file.escape)) for name, equals, value in pairs]
    elif keyword in WORDS:
        # The files given inline are told by their heredocs.
        values = [MARKER.sub("<<", value) for value in values]
        said["value"] = [plain(value, file.escape) for value in values]
    else:
        said["value"] = values
    said["heredocs"] = heredocs(file, command, keyword in ("COPY", "ADD"))
    return said


def heredocs(file, command, files):
    """The bodies as they are used, and the names of files."""
    markers = iter(MARKER.findall(file.logical(command)))
    said = []
    for heredoc in command.heredocs:
        # What else looks like a marker has another name.
        dash, name = next((one for one in markers if one[1].strip("'\"") == heredoc.name), ("", "-"))
        content = re.sub(r"(?m)^\t+", "", heredoc.content) if dash else heredoc.content
        if not files:
            said.append(content)
        elif name[0] in "'\"":
            said.append((heredoc.name, content.replace("$", DOLLAR)))
        else:
            said.append((heredoc.name, plain(content, "\\", quotes="")))
    return said


def command_text(file, command, values):
    """Text for the shell, with one blank where lines were joined at blanks."""
    *before, text = values
    logical = file.logical(command).rstrip()
    start, left = len(logical), len(text)
    while left and start:
        start -= 1
        left -= logical[start] != JOINT
    own = logical[start:]
    if own.replace(JOINT, "") != text:
        return [*before, text, "stands elsewhere"]
    fold = lambda joint: " " if joint[0].strip(JOINT) else ""
    return [*before, re.sub(rf"[ \t]*{JOINT}[ \t{JOINT}]*", fold, own).strip()]


def meant(flag, file):
    """A flag in the one spelling of the style; none where it says nothing."""
    name, equals, value = flag.partition("=")
    name = name.lower()
    if value == "" and equals or value.lower() == "false" and name in ("--link", "--parents"):
        return []
    if not equals or name in SWITCHES and value.lower() == "true":
        return [name]
    if name in SWITCHES:
        return [f"{name}={value.lower()}"]
    if name == "--from":
        return [f"--from={reference(value, file)}"]
    if name == "--mount":
        return [f"--mount={mount(value, file)}"]
    if name in ("--interval", "--timeout", "--start-period", "--start-interval"):
        return [f"{name}={seconds(value)}"]
    return [f"{name}={plain(value, file.escape)}"]


def mount(value, file):
    """The keys of a mount in their long spelling, the type in front."""
    keys = []
    for item in next(csv.reader([value])):
        key, _, own = item.partition("=")
        key = MOUNT_KEYS.get(key.lower(), key.lower())
        if key == "from":
            own = str(reference(own, file, numbers=False))
        if key in ("readonly", "readwrite", "required") and own.lower() in ("", "1", "true"):
            own = "true"
        keys.append((key, plain(own, file.escape)))
    if not any(key == "type" for key, _ in keys):
        keys.append(("type", "bind"))
    return sorted(keys)


def reference(text, file, base=False, numbers=True):
    """A stage by its position where one is meant, else the text."""
    if numbers and not base and text.isdigit():
        return int(text)
    wanted = text if base else text.lower()
    for n in reversed(range(len(file.stages))):
        if file.stages[n] == wanted:
            return n
    return text


def seconds(value):
    units = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
    found = re.findall(r"([\d.]+)(ms|us|µs|ns|h|m|s)", value)
    return round(sum(float(number) * units[unit] for number, unit in found), 9)


def plain(text, escape, quotes="'\""):
    """A value without its quotes and escapes; a dollar sign that begins no variable is marked."""
    out = []
    quote = None
    at = 0
    while at < len(text):
        c = text[at]
        at += 1
        if c == quote:
            quote = None
        elif quote == "'":
            out.append(DOLLAR if c == "$" else c)
        elif quote is None and c in quotes:
            quote = c
        elif c == escape:
            c = text[at : at + 1]
            if quote is None or c in ('"', "$", escape):
                at += 1
                out.append(DOLLAR if c == "$" else c)
            else:
                out.append(escape)
        elif c == "$":
            name = re.match(r"\w+|[@*#?$!-]|\{", text[at:], re.ASCII)
            if not name:
                out.append(DOLLAR)
            elif name[0] == "{":
                out.append("$")
            else:
                out.append("${" + name[0] + "}")
                at += len(name[0])
        else:
            out.append(c)
    if quote:
        return f"an open quote: {text}"
    return "".join(out)


class Checker:
    """Compares the files of a folder with what a program makes of them."""

    def __init__(self, program, expected):
        self.program = program
        self.expected = expected
        self.counts = Counter()

    def check(self, path):
        try:
            before = path.read_bytes().decode()
            dockerfile.parse_string(before)
        except (UnicodeDecodeError, dockerfile.GoParseError):
            self.counts["not read by the parser"] += 1
            return []
        done = subprocess.run(
            [self.program, str(path)], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60
        )
        if done.returncode != 0:
            if self.expected.get(path.name) is False:
                self.counts["refused, as by BuildKit"] += 1
                return []
            return [f"refused: {done.stderr.strip() or done.returncode}"]
        self.counts["compared"] += 1
        return compare(before, done.stdout)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: corpus.py FORMAT FOLDER")
    folder = Path(sys.argv[2])
    # What BuildKit makes of each file: some that it can read it refuses when it looks for the images.
    expected = {}
    for answers in ("corpus-expected-parse.jsonl", "corpus-expected-lint.jsonl"):
        for answer in map(json.loads, folder.with_name(answers).read_text().splitlines()):
            expected[answer["file"]] = expected.get(answer["file"], True) and answer["ok"]
    checker = Checker(str(Path(sys.argv[1]).resolve()), expected)
    paths = [folder / name for name in sorted(expected)]
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for path, differences in zip(paths, pool.map(checker.check, paths)):
            failed += bool(differences)
            for difference in differences:
                print(f"FAIL {path.name}: {difference}")
    for what, count in sorted(checker.counts.items()):
        print(f"count {what}: {count}")
    if not checker.counts["compared"]:
        print("no file was compared")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed or not checker.counts["compared"] else 0


if __name__ == "__main__":
    sys.exit(main())
