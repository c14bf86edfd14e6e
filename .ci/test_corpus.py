"""Holds that .ci/corpus.py finds what differs, and passes over what is style.

    python .ci/test_corpus.py
"""

import sys
import tempfile
import unittest
from pathlib import Path

import corpus

A = "FROM a:1\n"

# Texts that say the same.
SAME = {
    "case and blanks": ("from  a:1 as b\n\n\nrun  x\n", "FROM a:1 AS b\nRUN x\n"),
    "quoted base": ('FROM "a:${V}"\n', "FROM a:${V}\n"),
    "order of flags": (A + "COPY --link --chown=b a c\n", A + "COPY --chown=b --link a c\n"),
    "truth of flags": (A + "ADD --link=false --unpack=true a c\n", A + "ADD --unpack a c\n"),
    "false, told apart": (A + "ADD --unpack=FALSE a c\n", A + "ADD --unpack=false a c\n"),
    "empty flag": (A + "COPY --chown= a c\n", A + "COPY a c\n"),
    "durations": (A + "HEALTHCHECK --interval=90s CMD a\n", A + "HEALTHCHECK --interval=1m30s CMD a\n"),
    "mounts": (
        A + "RUN --mount=dst=/x,ro,src=y,from=Z,type=bind a\n",
        A + "RUN --mount=type=bind,source=y,target=/x,readonly=true,from=Z a\n",
    ),
    "quotes in a mount": (
        A + "RUN --mount=type=cache,target=/x,\"id=a\" b\n",
        A + "RUN --mount=type=cache,target=/x,id=a b\n",
    ),
    "continued": (A + "RUN a \\\n  b\\\n   c\n", A + "RUN a \\\n    b \\\n    c\n"),
    "continued inside a word": (A + "RUN a\\\nb\n", A + "RUN ab\n"),
    "comments between lines": (A + "RUN a \\\n# x\n\n  b\n", A + "RUN a \\\n    b\n"),
    "continued with a backtick": ("# escape=`\n" + A + "RUN a `\n  b\n", "# escape=`\n\n" + A + "RUN a b\n".replace(" b", " `\n    b")),
    "old pairs": (A + "ENV K a  b\nLABEL K a\n", A + 'ENV K="a  b"\nLABEL K=a\n'),
    "quotes": (A + "ENV K='$5 a' L=a\\ b M=\"$5\\$x\"\n", A + 'ENV K="\\$5 a" L="a b" M="$5\\$x"\n'),
    "braces": (A + "ENV K=$A-$B\n", A + "ENV K=${A}-${B}\n"),
    "ARG": (A + "ARG K='a'\n", A + "ARG K=a\n"),
    "JSON paths": (A + 'COPY ["a", "b c", "/d"]\nVOLUME "/a"\n', A + 'COPY ["a","b\\\\ c","/d"]\nVOLUME ["/a"]\n'),
    "number of a stage": (
        "FROM a AS b\nFROM c\nCOPY --from=0 d e\n",
        "FROM a AS b\nFROM c\nCOPY --from=b d e\n",
    ),
    "stages of one name": (
        "FROM a AS b\nFROM b AS b\nCOPY --from=B c d\n",
        "FROM a AS b-1\nFROM b-1 AS b\nCOPY --from=b c d\n",
    ),
    "triggers": (A + "onbuild run a \\\n b\n", A + "ONBUILD RUN a \\\n    b\n"),
    "script": (A + "RUN <<-'X'\n\ta\n\tX\n", A + "RUN <<EOF\na\nEOF\n"),
    "file": (A + "COPY <<X /a\n\\$b \"c\"\nX\n", A + 'COPY <<"X" /a\n$b "c"\nX\n'),
    "file without tabs": (A + "COPY <<-X /a\n\t\tb\n\tX\n", A + "COPY <<X /a\nb\nX\n"),
}

# Texts that do not: each has to be told from the other.
DIFFERENT = {
    "lost": (A + "RUN a\n", A),
    "added": (A, A + "RUN a\n"),
    "keyword": (A + "CMD a\n", A + "ENTRYPOINT a\n"),
    "order": (A + "RUN a\nRUN b\n", A + "RUN b\nRUN a\n"),
    "base": (A, "FROM a:2\n"),
    "name": ("FROM a AS b\n", "FROM a\n"),
    "meant stage": ("FROM a AS b\nFROM a AS c\nFROM b\n", "FROM a AS b\nFROM a AS c\nFROM c\n"),
    "meant number": ("FROM a AS b\nFROM a AS c\nFROM d\nCOPY --from=1 a b\n", "FROM a AS b\nFROM a AS c\nFROM d\nCOPY --from=b a b\n"),
    "case of a base": ("FROM a AS b\nFROM B\n", "FROM a AS b\nFROM b\n"),
    "platform": ("FROM --platform=linux/amd64 a\n", "FROM --platform=linux/arm64 a\n"),
    "flag": (A + "COPY --link a b\n", A + "COPY a b\n"),
    "value of a flag": (A + "COPY --chown=a b c\n", A + "COPY --chown=b b c\n"),
    "false": (A + "ADD --unpack=false a b\n", A + "ADD a b\n"),
    "duration": (A + "HEALTHCHECK --interval=1m CMD a\n", A + "HEALTHCHECK --interval=1s CMD a\n"),
    "key of a mount": (A + "RUN --mount=target=/x,ro a\n", A + "RUN --mount=target=/x,rw a\n"),
    "form": (A + 'RUN ["a"]\n', A + "RUN a\n"),
    "word": (A + 'RUN ["a", "b"]\n', A + 'RUN ["a b"]\n'),
    "blanks in a line": (A + "RUN a  b\n", A + "RUN a b\n"),
    "blanks beside a joint": (A + "RUN a  b \\\n c\n", A + "RUN a b \\\n    c\n"),
    "joined words": (A + "RUN a \\\nb\n", A + "RUN ab\n"),
    "variable": (A + "ENV K='$A'\n", A + "ENV K=$A\n"),
    "escaped": (A + "ENV K=\\$A\n", A + "ENV K=$A\n"),
    "name of a variable": (A + "ENV K=${A}b\n", A + "ENV K=$Ab\n"),
    "modifier": (A + "ENV K=${A:-b}\n", A + "ENV K=${A-b}\n"),
    "blank in a value": (A + "ENV K a  b\n", A + 'ENV K="a b"\n'),
    "key": (A + "LABEL a=b\n", A + "LABEL c=b\n"),
    "default": (A + "ARG K\n", A + "ARG K=\n"),
    "path": (A + "COPY a b /c\n", A + "COPY a /c\n"),
    "port": (A + "EXPOSE 80\n", A + "EXPOSE 81\n"),
    "trigger": (A + "ONBUILD RUN a\n", A + "ONBUILD RUN b\n"),
    "body": (A + "RUN <<X\na\nX\n", A + "RUN <<X\nb\nX\n"),
    "name of a file": (A + "COPY <<X /a/\nb\nX\n", A + "COPY <<Y /a/\nb\nY\n"),
    "expansion of a file": (A + "COPY <<X /a\n$b\nX\n", A + 'COPY <<"X" /a\n$b\nX\n'),
    "escape": ("# escape=`\n" + A + "ENV K=a`b\n", A + "ENV K=a`b\n"),
}


class Test(unittest.TestCase):
    def test_style_is_no_difference(self):
        for name, (before, after) in SAME.items():
            with self.subTest(name):
                self.assertEqual(corpus.compare(before, after), [])
                self.assertEqual(corpus.compare(before, before), [])

    def test_differences_are_found(self):
        for name, (before, after) in DIFFERENT.items():
            with self.subTest(name):
                self.assertNotEqual(corpus.compare(before, after), [])

    def test_a_program_that_refuses(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "refuses")
            program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('error[x]: no')\n")
            program.chmod(0o755)
            path = Path(folder, "Dockerfile")
            path.write_text(A)
            self.assertEqual(corpus.Checker(str(program), {"Dockerfile": False}).check(path), [])
            self.assertEqual(corpus.Checker(str(program), {"Dockerfile": True}).check(path), ["refused: error[x]: no"])


if __name__ == "__main__":
    unittest.main()
