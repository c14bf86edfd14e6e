"""Checks rendered Dockerfiles with tools that are not ours.

    python .ci/outside.py FOLDER

FOLDER holds, for each case, NAME.Dockerfile (what was rendered) and NAME.json
(what the model meant): an array with one object per instruction, in order.

    keyword    "COPY"; compared without regard to case
    trigger    of an ONBUILD, the keyword of the instruction inside; the keys
               below are then those of that instruction
    flags      the flag words with their quotes removed: ["--from=builder"]
    json       whether BuildKit takes the arguments for a JSON array
    args       the arguments as BuildKit splits them. A shell command is one.
               ENV and LABEL give key, value, key, value, as written (with
               their quotes); HEALTHCHECK gives "CMD" or "NONE" first
    heredocs   [{"name": "EOF", "content": "..."}]; tabs of <<- still there

Only `keyword` must be there; what is left out is not compared. Three tools read
each file:

    dockerfile  BuildKit's own parser: instructions must be those of the model
    tally       a newer BuildKit's parser and typing: must accept the file
    hadolint    a parser of another origin: must be able to read the file

What the linters say beyond that is counted and does not fail. Where a tool
cannot read what BuildKit accepts, LIMITS says so.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import dockerfile

KEYS = {"keyword", "trigger", "flags", "json", "args", "heredocs"}


class Limit(NamedTuple):
    """Something that BuildKit accepts and a tool cannot read.

    `pattern` is searched in the text of the instruction that the tool failed
    on and of the one above it. `example` is a file that the tool fails on;
    .ci/test_outside.py holds that it still does.
    """

    tool: str
    name: str
    pattern: str
    reason: str
    example: str


A = "FROM a:1\n"
ON = r"^\s*(?:ONBUILD\s+)?"
# What separates words, line continuations too.
GAP = r"[\s\\`]+"
# The delimiter of a heredoc, after `<<` or `<<-`.
NAME = r"[\"']?([^\s\"'<>|;&]+)[\"']?(?=[\s<>|;&])"
# Text after a JSON array, where an array may be.
JSON_THEN_TEXT = (
    ON + r"\w+" + GAP + r"(?:--\S+" + GAP + r")*(?:CMD\s+)?"
    r"\[\s*(?:\"(?:[^\"\\]|\\.)*\"\s*,?\s*)*\]\s*\S"
)

LIMITS = [
    # The module `dockerfile` bundles the parser of BuildKit 0.12 (Dockerfile
    # 1.6). Compared with 1.26 over real and hand-made files and 30 000 variants
    # of them, it differs in these and in text that we do not write: a NUL in
    # JSON, `check` before `escape`, an escape character as the last line.
    Limit(
        "dockerfile",
        "flag-escape",
        r"\A# escape=`\n(?:.|\n)*?--\S*[\\`]",
        "1.6 takes a backslash for the escape character of flags, whatever the directive says",
        "# escape=`\n\n" + A + "COPY --chown=a\\b c d\n",
    ),
    Limit(
        "dockerfile",
        "json-then-text",
        JSON_THEN_TEXT,
        "1.6 takes a JSON array with text after it for JSON and drops the text",
        A + 'RUN ["a"] b\n',
    ),
    Limit(
        "dockerfile",
        "heredoc-blank",
        r"<<[ \t]+[^\s<]",
        "1.6 sees no heredoc where blanks follow <<",
        A + "RUN << EOF\na\nEOF\n",
    ),
    Limit(
        "dockerfile",
        "heredoc-modifier",
        r"\$\{\w+[#%/](?:[^\n]|\\\n)*<<|<<(?:[^\n]|\\\n)*\$\{\w+[#%/]",
        "1.6 does not know ${V#p}, ${V%p} and ${V/p/r}, and sees no heredoc on a line with one",
        A + "COPY <<EOF /${V%x}\na\nEOF\n",
    ),
    # hadolint. Not here, because the output style promises it: a blank line
    # after a heredoc, and `escape` before `check`.
    Limit(
        "hadolint",
        "localhost-tag",
        ON + r"FROM\b(?:.|\n)*\slocalhost:\d+/[^\s:]+:",
        "does not read a tag behind a registry called localhost with a port",
        "FROM localhost:5000/a:1\n",
    ),
    Limit(
        "hadolint",
        "health-duration",
        ON + r"HEALTHCHECK\b(?:.|\n)*--(?:interval|timeout|start-period|start-interval)=(?!\d+(?:\.\d+)?[smh]\s)",
        "reads durations of one number and one of s, m, h only: not 1m30s, 500ms, 0",
        A + "HEALTHCHECK --interval=1m30s CMD a\n",
    ),
    Limit(
        "hadolint",
        "expose-word",
        ON + r"EXPOSE\b(?:.|\n)*(?:/sctp|/(?:\s|$)|\$\{\w+[^\w}]|[\"':\\]|\d\$)",
        "does not read sctp, ${P:-80}, quotes, escapes and host ports",
        A + "EXPOSE ${P:-80}\n",
    ),
    Limit(
        "hadolint",
        "mount-quoting",
        ON + r"RUN\b(?:.|\n)*--mount=\S*[\"'\\]",
        "does not read quotes and escapes in a mount",
        A + "RUN --mount='type=cache,target=/x,\"id=p,q\"' a\n",
    ),
    Limit(
        "hadolint",
        "mount-variable",
        ON + r"RUN\b(?:.|\n)*--mount=\S*\b(?:type|sharing|required|readonly|readwrite|ro|rw)=\$",
        "does not read a variable as the type, sharing or yes-or-no of a mount",
        A + "RUN --mount=type=cache,target=/x,sharing=$S a\n",
    ),
    Limit(
        "hadolint",
        "mount-no-target",
        ON + r"RUN\b(?:.|\n)*--mount=(?!\S*\b(?:target|dst|destination)=)",
        "wants a target, which BuildKit takes from WORKDIR",
        A + "WORKDIR /a\nRUN --mount=type=bind,source=x a\n",
    ),
    Limit(
        "hadolint",
        "tmpfs-access",
        ON + r"RUN\b(?:.|\n)*--mount=\S*type=tmpfs\S*,(?:readonly|readwrite|ro|rw)\b",
        "does not know readonly and readwrite of a tmpfs mount",
        A + "RUN --mount=type=tmpfs,target=/x,readonly=true a\n",
    ),
    Limit(
        "hadolint",
        "device",
        ON + r"RUN\b(?:.|\n)*--(?:mount|network|security)=(?:.|\n)*--device=",
        "does not know --device, and stumbles over it after another flag",
        A + "RUN --network=none --device=a.com/b=c d\n",
    ),
    Limit(
        "hadolint",
        "empty-flag",
        ON + r"(?:COPY|ADD)\b(?:.|\n)*\s--[\w-]+=\s",
        "does not read a flag with an empty value",
        A + "COPY --chown= a b\n",
    ),
    Limit(
        "hadolint",
        "heredoc-tab-end",
        r"<<-" + NAME + r".*\n(?:.*\n)*?\t+\1$",
        "does not strip the tabs before the end of a <<- heredoc",
        A + "RUN <<-EOF\n\ta\n\tEOF\n",
    ),
    Limit(
        "hadolint",
        "heredoc-prefix",
        r"<<-?" + NAME + r".*\n(?:.*\n)*?\1.",
        "ends a heredoc at a line that only begins with the delimiter",
        A + "RUN <<EOF\na\nEOFX\nb\nEOF\n",
    ),
    Limit(
        "hadolint",
        "heredoc-blank",
        r"<<[ \t]+[^\s<]",
        "sees no heredoc where blanks follow <<",
        A + "RUN << EOF\na\nEOF\n",
    ),
    Limit(
        "hadolint",
        "run-two-heredocs",
        ON + r"RUN\b[^\n]*<<[^\n<]+<<",
        "sees the first heredoc of a RUN only",
        A + "RUN <<A cat <<B\na\nA\nb\nB\n",
    ),
    Limit(
        "hadolint",
        "copy-heredoc-second",
        ON + r"COPY\s+(?:--\S+\s+)*(?:(?!--)[^<\s]\S*\s|<<\S+\s+[^<\s]\S*\s)[^\n]*<<",
        "sees no heredoc after an ordinary source",
        A + "COPY a <<B /c/\nb\nB\n",
    ),
    Limit(
        "hadolint",
        "add-heredoc",
        ON + r"ADD\b[^\n]*<<",
        "sees no heredoc of ADD",
        A + "ADD <<B /c\nb\nB\n",
    ),
    Limit(
        "hadolint",
        "escape-before-quote",
        ON + r"(?:ENV|LABEL|ARG)\b(?:.|\n)*(?:\\\\|``)\\?[\"']",
        "takes the quote after an escaped escape character for an escaped quote",
        A + 'ENV A="C:\\\\"\n',
    ),
    Limit(
        "hadolint",
        "escape-at-end",
        r"(?:\\\\|``)$",
        "takes two escape characters at the end of a line for a continuation",
        A + "USER a\\\\\n",
    ),
    Limit(
        "hadolint",
        "json-then-text",
        JSON_THEN_TEXT,
        "does not read shell text that begins with a JSON array",
        A + 'RUN ["a"] b\n',
    ),
    Limit(
        "hadolint",
        "no-command",
        ON + r"(?:RUN|CMD|ENTRYPOINT)\s*$",
        "wants a command, which BuildKit takes for an empty one",
        A + "CMD\n",
    ),
    Limit(
        "hadolint",
        "workdir-short",
        ON + r"WORKDIR\s+[\"']?[^\s\"'/$]?[\"']?\s*$",
        "crashes on a directory name of less than two characters",
        A + "WORKDIR x\n",
    ),
]


@dataclass
class Case:
    """One rendered file, and what was found wrong with it."""

    path: Path
    text: str = ""
    commands: list = field(default_factory=list)
    failures: list = field(default_factory=list)

    def fail(self, tool, message):
        self.failures.append(f"{tool}: {message}")

    def source(self, command):
        """The lines of the file that an instruction was read from."""
        return "\n".join(self.text.split("\n")[command.start_line - 1 : command.end_line])

    def near(self, line):
        """The instruction at a line and the one above; all of them for line 0."""
        if not self.commands:
            return [self.text]
        above = [c for c in self.commands if c.start_line <= line]
        return [self.source(c) for c in (above[-2:] if line else self.commands)]


class Checker:
    """Runs the tools over the cases of one folder."""

    def __init__(self, limits=tuple(LIMITS)):
        self.limits = limits
        self.used = {}
        self.findings = Counter()

    def check(self, folder):
        cases = [Case(path) for path in sorted(folder.glob("*.Dockerfile"))]
        named = {case.path.stem for case in cases}
        for path in sorted(folder.glob("*.json")):
            if path.stem not in named:
                case = Case(path)
                case.fail("model", "has no Dockerfile beside it")
                cases.append(case)
        files = [case for case in cases if case.path.suffix == ".Dockerfile"]
        for case in files:
            self.read(case)
        readable = [case for case in files if case.text]
        with tempfile.TemporaryDirectory() as home:
            tools = Tools(Path(home))
            self.tally(tools, readable)
            self.hadolint(tools, readable)
        return cases

    def limit(self, tool, case, texts):
        """The row of the table that allows `tool` to fail on this, if any."""
        for limit in self.limits:
            if limit.tool == tool and any(
                re.search(limit.pattern, text, re.MULTILINE | re.IGNORECASE) for text in texts
            ):
                self.used.setdefault(limit, set()).add(case.path.name)
                return limit
        return None

    def read(self, case):
        """Compares what BuildKit's parser sees with the model."""
        try:
            text = case.path.read_bytes().decode()
        except UnicodeDecodeError as error:
            return case.fail("text", error)
        if "\0" in text:
            return case.fail("text", "holds a NUL")
        if not text.strip():
            return case.fail("text", "is empty")
        case.text = text
        try:
            model = json.loads(case.path.with_suffix(".json").read_bytes())
            check_model(model)
        except (OSError, ValueError) as error:
            return case.fail("model", error)
        try:
            case.commands = list(dockerfile.parse_string(text))
        except dockerfile.GoParseError as error:
            if not self.limit("dockerfile", case, [text]):
                case.fail("dockerfile", f"refused: {error}")
            return None
        seen = [command.cmd.upper() for command in case.commands]
        meant = [instruction["keyword"].upper() for instruction in model]
        if seen != meant:
            pairs = enumerate(zip(seen, meant))
            at = next((i for i, (one, other) in pairs if one != other), min(len(seen), len(meant)))
            around = [case.source(command) for command in case.commands[max(at - 1, 0) : at + 1]]
            if not self.limit("dockerfile", case, around):
                case.fail(
                    "dockerfile",
                    f"instruction {at + 1}: BuildKit sees {seen[at : at + 3]} of {len(seen)},"
                    f" the model has {meant[at : at + 3]} of {len(meant)}",
                )
            return None
        # Two rules of BuildKit that none of the three tools holds to.
        first = next((keyword for keyword in seen if keyword != "ARG"), None)
        if first != "FROM":
            case.fail("dockerfile", f"{first} before the first FROM" if first else "no FROM")
        for command, instruction in zip(case.commands, model):
            self.compare(case, command, instruction)
        return None

    def compare(self, case, command, instruction):
        source = case.source(command)
        escape = "# escape=`\n" if re.match(r"(?:#.*=.*\n)*# *escape *= *`", case.text, re.IGNORECASE) else ""
        if instruction["keyword"].upper() == "ONBUILD":
            # The module tells little of what is inside, so read that by itself.
            inner = re.sub(r"(?i)\A\s*ONBUILD\s*", "", source)
            try:
                command = dockerfile.parse_string(escape + inner)[0]
            except dockerfile.GoParseError as error:
                return case.fail("dockerfile", f"line {command.start_line}: ONBUILD: refused: {error}")
            if command.cmd.upper() in ("FROM", "MAINTAINER", "ONBUILD"):
                case.fail("dockerfile", f"ONBUILD: {command.cmd} cannot be triggered")
            if "trigger" in instruction and command.cmd.upper() != instruction["trigger"].upper():
                case.fail("dockerfile", f"ONBUILD: {command.cmd} is seen, {instruction['trigger']} meant")
        seen = {
            "flags": list(command.flags),
            "json": command.json,
            "args": list(command.value),
            "heredocs": [{"name": h.name, "content": h.content} for h in command.heredocs],
        }
        wrong = [key for key in seen if key in instruction and seen[key] != instruction[key]]
        if wrong and not self.limit("dockerfile", case, [escape + source]):
            for key in wrong:
                case.fail(
                    "dockerfile",
                    f"{key} of `{source.splitlines()[0]}`: BuildKit sees {seen[key]!r}, the model has {instruction[key]!r}",
                )
        return None

    def tally(self, tools, cases):
        """A newer BuildKit must accept the file."""

        def run(batch):
            done = tools.tally([case.path for case in batch])
            try:
                found = json.loads(done.stdout)
            except ValueError:
                found = {}
            if done.returncode in (0, 1) and found.get("files_scanned") == len(batch):
                return [violation["rule"] for file in found["files"] for violation in file["violations"]]
            if len(batch) == 1:
                said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
                batch[0].fail("tally", said[0].replace(str(batch[0].path), batch[0].path.name))
                return []
            # It stops at the first file that it refuses.
            return [rule for case in batch for rule in run([case])]

        for rules in tools.each(run, cases):
            self.findings.update(f"tally {rule}" for rule in rules)

    def hadolint(self, tools, cases):
        """Another parser must be able to read the file."""

        def run(batch):
            done = tools.hadolint([case.path for case in batch])
            try:
                return json.loads(done.stdout)
            except ValueError:
                if len(batch) > 1:
                    return [finding for case in batch for finding in run([case])]
                message = "crashed: " + (done.stderr.strip().splitlines() or ["no output"])[0]
                return [{"code": "DL1000", "file": str(batch[0].path), "line": 0, "message": message}]

        by_path = {str(case.path): case for case in cases}
        for findings in tools.each(run, cases):
            for finding in findings:
                if finding["code"] != "DL1000":
                    self.findings[f"hadolint {finding['code']}"] += 1
                    continue
                case = by_path[finding["file"]]
                if not self.limit("hadolint", case, case.near(finding["line"])):
                    message = " ".join(finding["message"].split())
                    case.fail("hadolint", f"line {finding['line']}: cannot read: {message}")


class Tools:
    """The linters, away from any configuration of the user or the project."""

    def __init__(self, home):
        self.home = home
        self.config = home / "tally.toml"
        self.config.write_text("[file-validation]\nmax-file-size = 0\n")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HADOLINT_", "TALLY_", "XDG_"))}
        self.environment = {**kept, "HOME": str(home), "LC_ALL": "C.UTF-8"}

    def each(self, run, cases):
        """Runs batches side by side, in order."""
        batches = [cases[i : i + 40] for i in range(0, len(cases), 40)]
        with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            yield from pool.map(run, batches)

    def tally(self, paths):
        # Slow checks ask registries.
        options = ["--config", str(self.config), "--slow-checks", "off", "--no-inline-directives"]
        rules = ["--ignore", "*", "--select", "buildkit/*"]
        return self.run("tally", "lint", "--format", "json", "--no-color", *options, *rules, *paths)

    def hadolint(self, paths):
        return self.run("hadolint", "--format", "json", "--no-color", "--no-fail", "--disable-ignore-pragma", *paths)

    def run(self, tool, *arguments):
        program = shutil.which(tool, path=str(Path(sys.executable).parent))
        if program is None:
            sys.exit(f"{tool} is not installed beside {sys.executable}")
        return subprocess.run(
            [program, *map(str, arguments)],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=300,
        )


def check_model(model):
    """Refuses a model in which a misspelt key would go unseen."""
    if not isinstance(model, list) or not model:
        raise ValueError("is not an array of instructions")
    for instruction in model:
        if not isinstance(instruction, dict) or "keyword" not in instruction:
            raise ValueError(f"an instruction without a keyword: {instruction!r}")
        unknown = sorted(set(instruction) - KEYS)
        if unknown:
            raise ValueError(f"unknown keys {unknown} of {instruction['keyword']}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: outside.py FOLDER")
    checker = Checker()
    cases = checker.check(Path(sys.argv[1]).resolve())
    for case in cases:
        for failure in case.failures:
            print(f"FAIL {case.path.name}: {failure}")
    for limit, names in checker.used.items():
        print(f"limit {limit.tool}/{limit.name}: {limit.reason} ({len(names)} files, {min(names)} the first)")
    for finding, count in sorted(checker.findings.items()):
        print(f"count {finding}: {count}")
    failed = sum(1 for case in cases if case.failures)
    if not cases:
        print("no Dockerfile was rendered")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
