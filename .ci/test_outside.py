"""Holds that .ci/outside.py can fail, and that every row of its table is needed.

    python .ci/test_outside.py
"""

import json
import tempfile
import unittest
from pathlib import Path

import outside
from outside import A


def instruction(keyword, *args, **rest):
    return {"keyword": keyword, "args": list(args), **rest}


FROM = instruction("FROM", "a:1")

# name: (text, model). An instruction given as a string is a keyword alone.
GOOD = {
    "from": (
        "# syntax=docker/dockerfile:1\n\nARG V=3\n\nFROM --platform=$BUILDPLATFORM a:${V} AS b\n\nFROM b\n",
        [
            instruction("ARG", "V=3"),
            instruction("FROM", "a:${V}", "AS", "b", flags=["--platform=$BUILDPLATFORM"]),
            instruction("FROM", "b", flags=[]),
        ],
    ),
    "from-digest": (f"FROM h:5000/a/b@sha256:{'a' * 64}\n", [instruction("FROM", f"h:5000/a/b@sha256:{'a' * 64}")]),
    "platform-version": (
        "FROM --platform=windows(10.0.17763)/amd64 a:1\n",
        [{**FROM, "flags": ["--platform=windows(10.0.17763)/amd64"]}],
    ),
    "no-final-newline": ("FROM a:1", [FROM]),
    "crlf": ("FROM a:1\r\nRUN x \\\r\n    y\r\n", [FROM, instruction("RUN", "x     y")]),
    "comments": ("# a\n\n# b\n" + A + "RUN a \\\n    # c\n    && b\n# d\n", [FROM, instruction("RUN", "a     && b")]),
    "check": ("# check=skip=JSONArgsRecommended;error=true\n\n" + A + "CMD a\n", [FROM, instruction("CMD", "a")]),
    "arg": (A + 'ARG A=1 B C="x y"\n', [FROM, instruction("ARG", "A=1", "B", 'C="x y"')]),
    "env": (
        A + 'ENV A=1 \\\n    B="say \\"hi\\"" \\\n    C="\\$5" D=é\n',
        [FROM, instruction("ENV", "A", "1", "B", '"say \\"hi\\""', "C", '"\\$5"', "D", "é")],
    ),
    "env-old": (A + "ENV A b  c\n", [FROM, instruction("ENV", "A", "b  c")]),
    "label": (A + 'LABEL a.b="c d" \\\n      e=\n', [FROM, instruction("LABEL", "a.b", '"c d"', "e", "")]),
    "run": (A + "RUN a \\\n    && b\n", [FROM, instruction("RUN", "a     && b", flags=[], json=False)]),
    "run-exec": (A + 'RUN ["a", "b \\"c\\"\\n"]\n', [FROM, instruction("RUN", "a", 'b "c"\n', json=True)]),
    "run-flags": (
        A + "RUN --network=none \\\n    --security=insecure \\\n    --mount=type=tmpfs,target=/x,size=64m \\\n    a\n",
        [
            FROM,
            instruction(
                "RUN", "a", flags=["--network=none", "--security=insecure", "--mount=type=tmpfs,target=/x,size=64m"]
            ),
        ],
    ),
    "run-device": (A + "RUN --device=a.com/b=c d\n", [FROM, instruction("RUN", "d", flags=["--device=a.com/b=c"])]),
    "mounts": (
        A
        + "RUN --mount=type=bind,from=b,source=c,target=/d,rw \\\n"
        + "    --mount=type=cache,id=e-${F},target=/g,sharing=locked,mode=0755,uid=1,gid=2 \\\n"
        + "    --mount=type=secret,id=h,env=I,required=true \\\n"
        + "    --mount=type=ssh \\\n"
        + "    j\n",
        [
            FROM,
            instruction(
                "RUN",
                "j",
                flags=[
                    "--mount=type=bind,from=b,source=c,target=/d,rw",
                    "--mount=type=cache,id=e-${F},target=/g,sharing=locked,mode=0755,uid=1,gid=2",
                    "--mount=type=secret,id=h,env=I,required=true",
                    "--mount=type=ssh",
                ],
            ),
        ],
    ),
    "copy": (A + "COPY a*.json b? c/\n", [FROM, instruction("COPY", "a*.json", "b?", "c/", json=False)]),
    "copy-json": (A + 'COPY ["a b", "c"]\n', [FROM, instruction("COPY", "a b", "c", json=True)]),
    "copy-flags": (
        A + "COPY --from=b --chown=1:2 --chmod=u=rwX,go=rX --link --parents --exclude=*.md --exclude=d a c/\n",
        [
            FROM,
            instruction(
                "COPY",
                "a",
                "c/",
                flags=[
                    "--from=b",
                    "--chown=1:2",
                    "--chmod=u=rwX,go=rX",
                    "--link",
                    "--parents",
                    "--exclude=*.md",
                    "--exclude=d",
                ],
            ),
        ],
    ),
    "copy-flag-quotes": (
        A + 'COPY --exclude="a b" c d/\n',
        [FROM, instruction("COPY", "c", "d/", flags=["--exclude=a b"])],
    ),
    "add": (
        A + f"ADD --checksum=sha256:{'a' * 64} --unpack=false https://h/a /b\nADD --keep-git-dir=true https://h/a.git /b\n",
        [
            FROM,
            instruction("ADD", "https://h/a", "/b", flags=[f"--checksum=sha256:{'a' * 64}", "--unpack=false"]),
            instruction("ADD", "https://h/a.git", "/b", flags=["--keep-git-dir=true"]),
        ],
    ),
    "one-argument": (
        A + "WORKDIR /a b\nUSER 1:2\nSTOPSIGNAL SIGRTMIN+3\nMAINTAINER Jo <jo@x.y>\n",
        [
            FROM,
            instruction("WORKDIR", "/a b"),
            instruction("USER", "1:2"),
            instruction("STOPSIGNAL", "SIGRTMIN+3"),
            instruction("MAINTAINER", "Jo <jo@x.y>"),
        ],
    ),
    "expose": (A + "EXPOSE 80 81/udp 90-91/tcp $P\n", [FROM, instruction("EXPOSE", "80", "81/udp", "90-91/tcp", "$P")]),
    "volume": (
        A + 'VOLUME /a /b\nVOLUME ["/c d"]\n',
        [FROM, instruction("VOLUME", "/a", "/b", json=False), instruction("VOLUME", "/c d", json=True)],
    ),
    "cmd": (
        A + 'CMD a $b\nCMD ["a"]\nCMD []\nENTRYPOINT ["b", ""]\nSHELL ["c", "-d"]\n',
        [
            FROM,
            instruction("CMD", "a $b", json=False),
            instruction("CMD", "a", json=True),
            instruction("CMD", json=True),
            instruction("ENTRYPOINT", "b", "", json=True),
            instruction("SHELL", "c", "-d", json=True),
        ],
    ),
    "healthcheck": (
        A + 'HEALTHCHECK --interval=30s --retries=3 \\\n    CMD ["a"]\nHEALTHCHECK CMD a || b\nHEALTHCHECK NONE\n',
        [
            FROM,
            instruction("HEALTHCHECK", "CMD", "a", flags=["--interval=30s", "--retries=3"], json=True),
            instruction("HEALTHCHECK", "CMD", "a || b", json=False),
            instruction("HEALTHCHECK", "NONE"),
        ],
    ),
    "onbuild": (
        A + 'ONBUILD RUN --mount=type=ssh \\\n    a\nONBUILD COPY --from=b ["c d", "e"]\nONBUILD USER 1\n',
        [
            FROM,
            instruction("ONBUILD", "a", trigger="RUN", flags=["--mount=type=ssh"], json=False),
            instruction("ONBUILD", "c d", "e", trigger="COPY", flags=["--from=b"], json=True),
            {"keyword": "ONBUILD", "trigger": "USER"},
        ],
    ),
    "onbuild-heredoc": (
        A + "ONBUILD RUN <<E\nx\nE\n\nUSER 1\n",
        [
            FROM,
            instruction("ONBUILD", "<<E", trigger="RUN", heredocs=[{"name": "E", "content": "x\n"}]),
            "USER",
        ],
    ),
    "heredoc-run": (
        A + 'RUN --mount=type=ssh <<"E"\nFROM x\n# y \\\nE\n\nUSER 1\n',
        [
            FROM,
            instruction(
                "RUN", '<<"E"', flags=["--mount=type=ssh"], heredocs=[{"name": "E", "content": "FROM x\n# y \\\n"}]
            ),
            "USER",
        ],
    ),
    "heredoc-copy": (
        A + "COPY --chmod=0755 <<A <<B /c/\na\nA\n\nb\nB\n\nUSER 1\n",
        [
            FROM,
            instruction(
                "COPY",
                "<<A",
                "<<B",
                "/c/",
                heredocs=[{"name": "A", "content": "a\n"}, {"name": "B", "content": "\nb\n"}],
            ),
            "USER",
        ],
    ),
    "heredoc-tabs": (
        A + "COPY <<-A /c\n\ta\nA\n",
        [FROM, instruction("COPY", "<<-A", "/c", heredocs=[{"name": "A", "content": "\ta\n"}])],
    ),
    "heredoc-shell": (A + "RUN cat <<E > /x\na\nE\n\nUSER 1\n", [FROM, instruction("RUN", "cat <<E > /x"), "USER"]),
    "escape": (
        "# escape=`\n\n" + A + 'RUN a `\n    b\nCOPY a\\ C:\\b\\\nCOPY ["a b", "C:\\\\c\\\\"]\nENV A="C:\\x" B="`$c"\nONBUILD RUN a `\n    b\n',
        [
            FROM,
            instruction("RUN", "a     b"),
            instruction("COPY", "a\\", "C:\\b\\"),
            instruction("COPY", "a b", "C:\\c\\", json=True),
            instruction("ENV", "A", '"C:\\x"', "B", '"`$c"'),
            instruction("ONBUILD", "a     b", trigger="RUN"),
        ],
    ),
    "shell-brackets": (A + "RUN [ -f x ] && y\n", [FROM, instruction("RUN", "[ -f x ] && y", json=False)]),
    "large": (
        A + "COPY <<E /c\n" + f"{'x' * 60}\n" * 2000 + "E\n",
        [FROM, instruction("COPY", "<<E", "/c", heredocs=[{"name": "E", "content": f"{'x' * 60}\n" * 2000}])],
    ),
    "keywords-only": (A + "RUN a\n", ["from", "Run"]),
}

# name: (text, model, what the failure must say)
BAD = {
    "text-empty": ("", [FROM], "text: is empty"),
    "text-nul": (A + "RUN a\0b\n", [FROM, "RUN"], "text: holds a NUL"),
    "text-latin1": (b"FROM a:1\nENV A=\xe9\n", [FROM, "ENV"], "text: "),
    "model-missing": (A, None, "model: "),
    "model-not-json": (A, "{", "model: "),
    "model-empty": (A, [], "model: "),
    "model-key": (A, [{"keyword": "FROM", "arguments": []}], "unknown keys ['arguments']"),
    "model-no-keyword": (A, [{"args": []}], "model: "),
    "keyword-other": (A + "RUN a\n", [FROM, "CMD"], "BuildKit sees ['RUN']"),
    "keyword-more": (A + "RUN a\nRUN b\n", [FROM, "RUN"], "BuildKit sees ['RUN'] of 3"),
    "keyword-fewer": (A, [FROM, "RUN"], "the model has ['RUN'] of 2"),
    "keyword-order": (A + "USER 1\nRUN a\n", [FROM, "RUN", "USER"], "BuildKit sees ['USER', 'RUN']"),
    "injected-line": (A + "LABEL a=b\nRUN evil\n", [FROM, instruction("LABEL", "a", "b\nRUN evil")], "'RUN'"),
    "injected-heredoc": (
        A + "RUN <<E\na\nE\nRUN evil\nE\n\n",
        [FROM, instruction("RUN", "<<E", heredocs=[{"name": "E", "content": "a\nE\nRUN evil\n"}])],
        "BuildKit sees",
    ),
    "swallowed-line": (A + "RUN a \\\nUSER 1\n", [FROM, "RUN", "USER"], "the model has ['USER']"),
    "swallowed-comment": (A + "RUN a \\\n# b\n    c\n", [FROM, instruction("RUN", "a # b c")], "args of"),
    "lost-escape": ("# a\n# escape=`\n\n" + A + "RUN a `\n    b\n", [FROM, "RUN"], "BuildKit sees"),
    "args-other": (A + "USER 1\n", [FROM, instruction("USER", "2")], "sees ['1'], the model has ['2']"),
    "args-split": (A + "COPY a b c\n", [FROM, instruction("COPY", "a b", "c")], "args of"),
    "args-pairs": (A + "ENV A=b C=d\n", [FROM, instruction("ENV", "A", "b C=d")], "args of"),
    "args-json-escape": (A + 'CMD ["C:\\\\a"]\n', [FROM, instruction("CMD", "C:\\\\a")], "args of"),
    "flags-other": (A + "COPY --from=b a c\n", [FROM, instruction("COPY", "a", "c", flags=["--from=d"])], "flags of"),
    "flags-none": (A + "COPY a --link c/\n", [FROM, {"keyword": "COPY", "flags": ["--link"]}], "flags of"),
    "flags-extra": (A + "RUN --network=none a\n", [FROM, instruction("RUN", "a", flags=[])], "flags of"),
    "flags-latin1": (A + "COPY --chown=é a b\n", [FROM, {"keyword": "COPY", "flags": ["--chown=é"]}], "flags of"),
    "json-not": (A + "CMD ['a']\n", [FROM, {"keyword": "CMD", "json": True}], "json of"),
    "json-by-chance": (A + 'RUN ["a"]\n', [FROM, instruction("RUN", '["a"]', json=False)], "json of"),
    "heredoc-other": (
        A + "COPY <<E /c\nb\nE\n\nUSER 1\n",
        [FROM, {"keyword": "COPY", "heredocs": [{"name": "E", "content": "a\n"}]}, "USER"],
        "heredocs of",
    ),
    "onbuild-other": (A + "ONBUILD RUN a\n", [FROM, {"keyword": "ONBUILD", "trigger": "CMD"}], "RUN is seen, CMD meant"),
    "onbuild-args": (A + "ONBUILD RUN a\n", [FROM, instruction("ONBUILD", "b", trigger="RUN")], "args of"),
    "onbuild-flags": (
        A + "ONBUILD RUN --network=none a\n",
        [FROM, {"keyword": "ONBUILD", "flags": ["--network=host"]}],
        "flags of",
    ),
    "onbuild-from": (A + "ONBUILD FROM b\n", [FROM, "ONBUILD"], "FROM cannot be triggered"),
    "refused-env": (A + "ENV A\n", [FROM, "ENV"], "dockerfile: refused"),
    "refused-json": (A + "RUN [1]\n", [FROM, "RUN"], "dockerfile: refused"),
    "refused-heredoc": (A + "RUN <<E\na\n", [FROM, "RUN"], "dockerfile: refused"),
    "refused-directive": ("# escape=x\n" + A, [FROM], "dockerfile: refused"),
    "refused-line": (A + f"RUN {'x' * 66000}\n", [FROM, "RUN"], "dockerfile: refused"),
    "typed-keyword": (A + "FOO a\n", [FROM, "FOO"], "tally: "),
    "typed-flag": (A + "COPY --form=b a c\n", [FROM, "COPY"], "unknown flag"),
    "typed-repeated-flag": (A + "COPY --from=b --from=c a d\n", [FROM, "COPY"], "duplicate flag"),
    "typed-bool": (A + "COPY --link=1 a b\n", [FROM, "COPY"], "tally: "),
    "typed-arity": (A + "COPY a\n", [FROM, "COPY"], "tally: "),
    "typed-name": ("FROM a:1 AS $b\n", ["FROM"], "invalid name for build stage"),
    "typed-network": (A + "RUN --network=lan a\n", [FROM, "RUN"], "tally: "),
    "typed-duration": (A + "HEALTHCHECK --interval=5 CMD a\n", [FROM, "HEALTHCHECK"], "tally: "),
    "typed-shell": (A + "SHELL a\n", [FROM, "SHELL"], "tally: "),
    "typed-no-stage": ("ARG A=1\n", ["ARG"], "no FROM"),
    "typed-before-stage": ("RUN a\n" + A, ["RUN", FROM], "RUN before the first FROM"),
    "typed-pragma": (A + "# tally global ignore=*\nFOO a\n", [FROM, "FOO"], "tally: "),
    "hadolint-heredoc": (A + "COPY <<E /c\na\nE\nUSER 1\n", [FROM, "COPY", "USER"], "hadolint: line 5"),
    "hadolint-mount": (A + "RUN --mount=type=foo,target=/x a\n", [FROM, "RUN"], "hadolint: line 2"),
    "hadolint-quote": (A + 'LABEL a="b\n', [FROM, "LABEL"], "hadolint: line 2"),
    "hadolint-pragma": (A + '# hadolint ignore=DL1000\nLABEL a="b\n', [FROM, "LABEL"], "hadolint: line 3"),
}


def check(files, limits=tuple(outside.LIMITS)):
    """Writes (text, model) by name to a folder; gives the failures by name and the checker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for stem, (text, model) in files.items():
            if text is not None:
                (folder / f"{stem}.Dockerfile").write_bytes(text if isinstance(text, bytes) else text.encode())
            if isinstance(model, list):
                model = json.dumps([{"keyword": one} if isinstance(one, str) else one for one in model])
            if model is not None:
                (folder / f"{stem}.json").write_text(model)
        checker = outside.Checker(limits)
        return {case.path.stem: case.failures for case in checker.check(folder)}, checker


class Outside(unittest.TestCase):
    maxDiff = None

    def test_right_files_pass_without_the_table(self):
        found, checker = check(GOOD, limits=())
        self.assertEqual({name: failures for name, failures in found.items() if failures}, {})
        self.assertEqual(set(found), set(GOOD))
        self.assertGreater(sum(checker.findings.values()), 0)

    def test_wrong_files_fail(self):
        found, _ = check({name: (text, model) for name, (text, model, _) in BAD.items()})
        for name, (_, _, said) in BAD.items():
            with self.subTest(name):
                self.assertIn(said, "\n".join(found[name]))

    def test_a_model_without_a_file_fails(self):
        found, _ = check({"a": (None, [FROM])})
        self.assertEqual(found, {"a": ["model: has no Dockerfile beside it"]})

    def test_an_empty_folder_has_no_cases(self):
        self.assertEqual(check({})[0], {})

    def test_every_limit_is_needed_and_holds(self):
        files = {f"{limit.tool}-{limit.name}": (limit.example, meant(limit)) for limit in outside.LIMITS}
        bare, _ = check(files, limits=())
        allowed, checker = check(files)
        for limit in outside.LIMITS:
            name = f"{limit.tool}-{limit.name}"
            with self.subTest(name):
                self.assertTrue(
                    [one for one in bare[name] if one.startswith(f"{limit.tool}: ")],
                    "the tool reads this now: remove the row",
                )
                self.assertEqual(allowed[name], [])
                self.assertIn(f"{name}.Dockerfile", checker.used.get(limit, ()), "another row was taken")

    def test_a_limit_allows_nothing_else(self):
        found, _ = check({name: (text, keywords(text)) for name, text in NEAR_MISSES.items()})
        for name, failures in found.items():
            with self.subTest(name):
                self.assertTrue([one for one in failures if one.startswith("hadolint: ")], failures)


def keywords(text):
    """The keywords of a file in which every instruction is one line."""
    return [line.split()[0] for line in text.split("\n") if line.split() and line.split()[0] in KEYWORDS]


KEYWORDS = {command.upper() for command in outside.dockerfile.all_cmds()}


def meant(limit):
    """The model of a limit's example: keywords alone, where those do not differ."""
    return {
        ("dockerfile", "flag-escape"): [FROM, instruction("COPY", "c", "d", flags=["--chown=a\\b"])],
        ("dockerfile", "json-then-text"): [FROM, instruction("RUN", '["a"] b', json=False)],
    }.get((limit.tool, limit.name)) or keywords(limit.example)


# Beside what a row is about, something that hadolint rightly cannot read.
NEAR_MISSES = {
    "health-retries": A + "HEALTHCHECK --interval=30s --retries=x CMD a\n",
    "expose-protocol": A + "EXPOSE 80/foo\n",
    "mount-sharing": A + "RUN --mount=type=cache,target=/x,sharing=foo a\n",
    "heredoc-prefix": A + "RUN <<EOF\nE\nEO\nEOF\nUSER 1\n",
    "copy-heredocs": A + "COPY <<A <<B /c/\na\nA\nb\nB\nUSER 1\n",
    "quote": A + 'LABEL a="b\\\\c\n',
    "two-above": A + "EXPOSE 80\nRUN a\nRUN b\nLABEL c=\"d\nEXPOSE 80/sctp\n",
}


if __name__ == "__main__":
    unittest.main()
