//! Reading: what comes of a text, as the text that is written for it, or as the report that is drawn.

use multistage::{Dockerfile, Parsed};

/// Reads each text and writes it: each comes out as it should, and what comes out is read as the same model.
#[track_caller]
fn files(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        let file = Dockerfile::parse(source).unwrap_or_else(|report| panic!("{source}\n{report}"));
        let text = file
            .render()
            .unwrap_or_else(|report| panic!("{source}\n{report}"));
        assert_eq!(text, *expected, "read from {source:?}");
        assert_eq!(
            Dockerfile::parse(&text).as_ref(),
            Ok(&file),
            "read from {source:?}"
        );
    }
}

/// The same for the instructions of a stage.
#[track_caller]
fn steps(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        files(&[(
            &format!("FROM a\n{source}\n"),
            &format!("FROM a\n{expected}\n"),
        )]);
    }
}

#[test]
fn lines() {
    files(&[
        (
            "FROM a\nRUN one \\\n  two\n",
            "FROM a\nRUN one \\\n    two\n",
        ),
        ("FROM a\nRUN one\\\n two\n", "FROM a\nRUN one \\\n    two\n"),
        ("FROM a\nRUN on\\\ne\n", "FROM a\nRUN one\n"),
        (
            "FROM a\nRUN x \\\n  y \\  \n\t z\n",
            "FROM a\nRUN x \\\n    y \\\n       z\n",
        ),
        ("FROM a\nRUN x \\\n\n y\n", "FROM a\nRUN x \\\n    y\n"),
        ("FROM a\nRUN x\\\\\nCMD y\n", "FROM a\nRUN x\\\\\nCMD y\n"),
        (
            "FROM a\nRUN x\\\\\\\nCMD y\n",
            "FROM a\nRUN x\\\\\\\nCMD y\n",
        ),
        ("FR\\\nOM a\n", "FROM a\n"),
        ("\\\nFROM a\n", "FROM a\n"),
        ("FROM a\nRUN x \\", "FROM a\nRUN x\n"),
        ("FROM a\nRUN x \\\n \\\ny\n", "FROM a\nRUN x \\\n    y\n"),
        ("FROM a\r\nRUN x \\\r\n  y\r\n", "FROM a\nRUN x \\\n    y\n"),
        ("\u{feff}FROM a\n", "FROM a\n"),
        ("\n\n  FROM   a\n\n\n   RUN  x\n", "FROM a\n\nRUN x\n"),
        ("from a\nrun x\n", "FROM a\nRUN x\n"),
        ("FROM a\nRUN x y # z\n", "FROM a\nRUN x y # z\n"),
        (
            "FROM a\nRUN echo \"one \\\n   two\"\n",
            "FROM a\nRUN echo \"one \\\n   two\"\n",
        ),
        (
            "FROM a\nRUN a \\\n  && b \\\n  && c\n",
            "FROM a\nRUN a \\\n    && b \\\n    && c\n",
        ),
        (
            "FROM a\nRUN a \\\n    b \\\n      c\n",
            "FROM a\nRUN a \\\n    b \\\n      c\n",
        ),
        ("FROM a", "FROM a\n"),
        ("FROM a\nRUN \\\n  x\n", "FROM a\nRUN \\\n    x\n"),
        (
            "FROM a\nENV a=1 \\\n    b=2\n",
            "FROM a\nENV a=1 \\\n    b=2\n",
        ),
        (
            "FROM a\nCOPY x \\\n  y \\\n  /z/\n",
            "FROM a\nCOPY x y /z/\n",
        ),
        (
            "FROM a\nCMD [\"a\", \\\n  \"b\"]\n",
            "FROM a\nCMD [\"a\", \"b\"]\n",
        ),
        ("FROM\ta\nRUN\tx\ty\n", "FROM a\nRUN x\ty\n"),
    ]);
}

#[test]
fn escapes_at_the_end() {
    // White space that is not a space keeps the escape character from continuing the line, and is trimmed.
    steps(&[
        ("RUN dir c:\\\u{b}", "RUN dir c:\\\u{c}"),
        (
            "RUN a \\\n b\\\u{c}\nCMD x",
            "RUN a \\\n    b\\\u{c}\nCMD x",
        ),
        ("RUN \\\u{a0}", "RUN \\\u{c}"),
        ("CMD x \\\u{85}", "CMD x \\\u{c}"),
        ("RUN cat <<E \\\u{c}\nb\nE", "RUN cat <<E \\\u{c}\nb\nE"),
        (
            "RUN cat <<E\\\u{c}\nb\nE\u{c}",
            "RUN cat <<E\\\u{c}\nb\nE\u{c}",
        ),
        (
            "HEALTHCHECK --retries=2 CMD x\\\u{c}",
            "HEALTHCHECK --retries=2 \\\n    CMD x\\\u{c}",
        ),
        ("MAINTAINER x\\\u{c}", "MAINTAINER x\\\u{c}"),
        ("ONBUILD RUN x\\\u{c}", "ONBUILD RUN x\\\u{c}"),
        ("ONBUILD NOTHING x\\\u{c}", "ONBUILD NOTHING x\\\u{c}"),
    ]);
}

#[test]
fn lines_of_other_white_space() {
    steps(&[
        ("RUN a; \\\n\u{b}\\\n  b", "RUN a; \u{b} \\\n    b"),
        ("RUN a; \\\n \u{85} \\\nb", "RUN a;  \u{85} \\\n    b"),
        ("RUN 'a\\\n \\\nb'", "RUN 'a \\\nb'"),
    ]);
}

#[test]
fn letters_that_fold_to_ascii() {
    steps(&[
        ("wor\u{212a}dir /x", "WORKDIR /x"),
        ("STOPS\u{130}GNAL 9", "STOPSIGNAL 9"),
        ("ONBU\u{130}LD RUN <<E\nb\nE", "ONBUILD RUN <<E\nb\nE"),
        ("ONBUILD WOR\u{212a}DIR /x", "ONBUILD WOR\u{212a}DIR /x"),
        ("ONBUILD MA\u{130}NTAINER x", "ONBUILD MA\u{130}NTAINER x"),
    ]);
    files(&[("FROM a A\u{17f} \u{212a}\n", "FROM a AS k\n")]);
    for text in ["\u{17f}HELL [\"a\"]", "H\u{130}\u{130} x"] {
        assert!(Dockerfile::parse(&format!("FROM a\n{text}\n")).is_err());
    }
}

#[test]
fn numbers_that_are_too_great() {
    steps(&[
        ("RUN [1e999]", "RUN [1e999]"),
        ("CMD [\"a\", -1.8e308]", "CMD [\"a\", -1.8e308]"),
        (
            "HEALTHCHECK CMD [{\"a\": 1e999}]",
            "HEALTHCHECK CMD [{\"a\": 1e999}]",
        ),
    ]);
    assert!(Dockerfile::parse("FROM a\nRUN [1.7e308]\n").is_err());
    assert!(Dockerfile::parse("FROM a\nRUN [1e-999]\n").is_err());
    assert!(Dockerfile::parse("FROM a\nSHELL [1e999]\n").is_err());
}

#[test]
fn expressions_that_no_word_can_spell() {
    files(&[
        ("FROM $x$\n", "FROM $x$\n"),
        ("FROM \"$x\\$\" AS b\n", "FROM \"$x\\$\" AS b\n"),
        ("FROM ${x:-$}\n", "FROM ${x:-$}\n"),
        ("FROM $x'a\"b'\n", "FROM $x'a\"b'\n"),
        ("ARG x\nFROM \"a:$x\"\n", "ARG x\n\nFROM a:$x\n"),
    ]);
    steps(&[("EXPOSE $x$ 80", "EXPOSE $x$ 80")]);
}

#[test]
fn inline_files_of_one_name() {
    steps(&[
        ("COPY <<A b <<A /d/\n1\nA\n2\nA", "COPY b <<\"A\" /d/\n2\nA"),
        (
            "ADD <<\"A\" <<B <<A /d/\n1\nA\nb\nB\n$x\nA",
            "ADD <<\"B\" <<A /d/\nb\nB\n$x\nA",
        ),
    ]);
}

#[test]
fn comments() {
    files(&[
        ("# head\n\nFROM a\n", "# head\n\nFROM a\n"),
        ("# above\nFROM a\n", "# above\nFROM a\n"),
        ("# head\n\n# above\nFROM a\n", "# head\n\n# above\nFROM a\n"),
        (
            "FROM a\n# c\n\n\n# d\nRUN x\n",
            "FROM a\n# c\n\n# d\nRUN x\n",
        ),
        (
            "FROM a\n  # indented\nRUN x\n",
            "FROM a\n# indented\nRUN x\n",
        ),
        (
            "FROM a\nRUN x \\\n# inside\n  y\n",
            "FROM a\nRUN x \\\n    # inside\n    y\n",
        ),
        (
            "FROM a\nRUN x \\\n  # one \\\n  # two\n  y \\\n# three\n  z\n",
            "FROM a\nRUN x \\\n    # one \\\n    # two\n    y \\\n    # three\n    z\n",
        ),
        ("FROM a\nRUN x\n# end\n", "FROM a\nRUN x\n\n# end\n"),
        (
            "# only a comment at the end\n\nFROM a\n\n# end\n",
            "# only a comment at the end\n\nFROM a\n\n# end\n",
        ),
        (
            "FROM a\nENV a=1 \\\n# b\n  c=2\n",
            "FROM a\nENV a=1 \\\n    # b\n    c=2\n",
        ),
        (
            "FROM a\nRUN --mount=type=tmpfs,target=/t \\\n# why\n  x\n",
            "FROM a\nRUN --mount=type=tmpfs,target=/t \\\n    # why\n    x\n",
        ),
        (
            "FROM a\nCOPY a \\\n# moved up\n b /\n",
            "FROM a\n# moved up\nCOPY a b /\n",
        ),
        ("#no space\nFROM a\n", "# no space\nFROM a\n"),
        (
            "########\n# title\n########\n\nFROM a\n",
            "########\n# title\n########\n\nFROM a\n",
        ),
        ("#\nFROM a\n", "#\nFROM a\n"),
        (
            "# base is the base\nFROM a AS base\n",
            "# base is the base\nFROM a AS base\n",
        ),
        (
            "# V the version\nARG V=1\nFROM a\n",
            "# V the version\nARG V=1\n\nFROM a\n",
        ),
        (
            "FROM a\n# X a thing\nARG X\n",
            "FROM a\n# X a thing\nARG X\n",
        ),
        (
            "# base: no description\nFROM a AS base\n",
            "# base: no description\nFROM a AS base\n",
        ),
        (
            "FROM a\n# check=skip=JSONArgsRecommended\nCMD x\n",
            "FROM a\n# check=skip=JSONArgsRecommended\nCMD x\n",
        ),
        (
            "FROM a\n  # check=skip=all\nCMD x\n",
            "FROM a\n## check=skip=all\nCMD x\n",
        ),
        (
            "FROM a\nRUN x \\\n  \"# kept\" \\\n  y\n",
            "FROM a\nRUN x \\\n    \"# kept\" \\\n    y\n",
        ),
    ]);
}

#[test]
fn comments_that_do_not_act() {
    files(&[
        (
            "FROM a\nRUN x \\\n# check=skip=all\n  y\n",
            "FROM a\nRUN x \\\n    # check=skip=all\n    y\n",
        ),
        (
            "FROM a\nCOPY x \\\n# check=skip=all\n  /y\n",
            "FROM a\n## check=skip=all\nCOPY x /y\n",
        ),
        (
            "FROM a\nRUN --mount=type=ssh \\\n# c\n\n",
            "FROM a\n# c\nRUN --mount=type=ssh\n",
        ),
    ]);
}

#[test]
fn directives() {
    files(&[
        (
            "# syntax=docker/dockerfile:1\nFROM a\n",
            "# syntax=docker/dockerfile:1\n\nFROM a\n",
        ),
        (
            "#syntax = docker/dockerfile:1.7\nFROM a\n",
            "# syntax=docker/dockerfile:1.7\n\nFROM a\n",
        ),
        ("# SYNTAX=x\nFROM a\n", "# syntax=x\n\nFROM a\n"),
        (
            "# escape=`\nFROM a\nRUN x `\n y\n",
            "# escape=`\n\nFROM a\nRUN x `\n    y\n",
        ),
        ("# escape=\\\nFROM a\n", "# escape=\\\n\nFROM a\n"),
        (
            "# foo=bar\n# escape=`\nFROM a\nRUN x\\\n y\n",
            "# foo=bar\n# escape=`\nFROM a\nRUN x \\\n    y\n",
        ),
        (
            "\n# escape=`\nFROM a\nRUN x\\\n y\n",
            "\n# escape=`\nFROM a\nRUN x \\\n    y\n",
        ),
        (
            "#!/bin/x\n# escape=`\nFROM a\nRUN x\\\n y\n",
            "#!/bin/x\n\n# escape=`\nFROM a\nRUN x \\\n    y\n",
        ),
        (
            "#!/bin/x\n# syntax=x\nFROM a\n",
            "#!/bin/x\n# syntax=x\n\nFROM a\n",
        ),
        ("# escape=\nFROM a\n", "# escape=\nFROM a\n"),
        ("# check=skip=all\nFROM a\n", "# check=skip=all\n\nFROM a\n"),
        (
            "# check=skip=A,B;error=true\nFROM a\n",
            "# check=skip=A,B;error=true\n\nFROM a\n",
        ),
        (
            "# check = error=true ignored\nFROM a\n",
            "# check=error=true\n\nFROM a\n",
        ),
        (
            "# syntax=x\n# escape=`\n# check=skip=all\nFROM a\n",
            "# syntax=x\n# escape=`\n# check=skip=all\n\nFROM a\n",
        ),
        (
            "# escape=`\n# syntax=x\nFROM a\n",
            "# syntax=x\n# escape=`\n\nFROM a\n",
        ),
        (" # syntax=x\nFROM a\n", "\n# syntax=x\nFROM a\n"),
        (
            " # escape=`\nFROM a\nUSER c:\\x\n",
            "# escape=`\n\nFROM a\nUSER c:\\x\n",
        ),
        (
            "# syntax=x\n# escape=`\n\n# syntax=y\nFROM a\n",
            "# syntax=x\n# escape=`\n\n# syntax=y\nFROM a\n",
        ),
        ("FROM a\n# syntax=x\nRUN y\n", "FROM a\n# syntax=x\nRUN y\n"),
        ("\u{feff}# syntax=x\nFROM a\n", "# syntax=x\n\nFROM a\n"),
        ("# syntax=x y z\nFROM a\n", "# syntax=x y z\n\nFROM a\n"),
        (
            "# escape=`\r\nFROM a\r\nRUN x `\r\n  y\r\n",
            "# escape=`\n\nFROM a\nRUN x `\n    y\n",
        ),
    ]);
}

#[test]
fn stages() {
    files(&[
        ("FROM a AS b\nFROM b\n", "FROM a AS b\n\nFROM b\n"),
        ("FROM a as B\nFROM b\n", "FROM a AS b\n\nFROM b\n"),
        (
            "FROM a AS b\n\nFROM c\nCOPY --from=b x y\n",
            "FROM a AS b\n\nFROM c\nCOPY --from=b x y\n",
        ),
        (
            "FROM a AS b\nFROM c\nCOPY --from=B x y\n",
            "FROM a AS b\n\nFROM c\nCOPY --from=b x y\n",
        ),
        (
            "FROM a\nFROM b\nCOPY --from=0 x y\n",
            "FROM a\n\nFROM b\nCOPY --from=0 x y\n",
        ),
        (
            "FROM a AS s\nFROM b\nCOPY --from=0 x y\n",
            "FROM a AS s\n\nFROM b\nCOPY --from=s x y\n",
        ),
        (
            "FROM a AS s\nFROM b\nCOPY --from=+0 x y\n",
            "FROM a AS s\n\nFROM b\nCOPY --from=s x y\n",
        ),
        (
            "FROM a\nCOPY --from=img:1 x y\n",
            "FROM a\nCOPY --from=img:1 x y\n",
        ),
        (
            "FROM a AS x\nFROM x AS x\n",
            "FROM a AS x-1\n\nFROM x-1 AS x\n",
        ),
        (
            "FROM a AS x\nFROM b AS x\nFROM c\nCOPY --from=x p q\n",
            "FROM a AS x-1\n\nFROM b AS x\n\nFROM c\nCOPY --from=x p q\n",
        ),
        (
            "FROM a AS x\nFROM x AS y\nFROM b AS x\nFROM x\n",
            "FROM a AS x-1\n\nFROM x-1 AS y\n\nFROM b AS x\n\nFROM x\n",
        ),
        (
            "FROM a AS x\nFROM b AS x-1\nFROM c AS x\n",
            "FROM a AS x-2\n\nFROM b AS x-1\n\nFROM c AS x\n",
        ),
        (
            "FROM a AS scratch\nFROM scratch\n",
            "FROM a AS scratch-1\n\nFROM scratch-1\n",
        ),
        ("FROM scratch\nCOPY a b\n", "FROM scratch\nCOPY a b\n"),
        ("FROM a AS a\n", "FROM a AS a\n"),
        (
            "FROM --platform=linux/amd64 a\n",
            "FROM --platform=linux/amd64 a\n",
        ),
        (
            "FROM --platform=$BUILDPLATFORM a AS b\n",
            "FROM --platform=$BUILDPLATFORM a AS b\n",
        ),
        ("FROM --platform= a\n", "FROM a\n"),
        ("ARG V=1\nFROM a:$V\n", "ARG V=1\n\nFROM a:$V\n"),
        (
            "ARG V=1\nARG W=$V\nFROM a:${V}-${W:-x}\n",
            "ARG V=1\nARG W=$V\n\nFROM a:${V}-${W:-x}\n",
        ),
        ("FROM \"a\"\n", "FROM a\n"),
        (
            "FROM a AS b\nFROM c\nRUN --mount=from=b,target=/x y\n",
            "FROM a AS b\n\nFROM c\nRUN --mount=type=bind,from=b,target=/x \\\n    y\n",
        ),
        (
            "FROM a AS b\nFROM c\nRUN --mount=from=0,target=/x y\n",
            "FROM a AS b\n\nFROM c\nRUN --mount=type=bind,from=0,target=/x \\\n    y\n",
        ),
        (
            "FROM a AS b\nONBUILD COPY --from=b x y\n",
            "FROM a AS b\nONBUILD COPY --from=b x y\n",
        ),
        (
            "FROM a\nONBUILD COPY --from=0 x y\n",
            "FROM a\nONBUILD COPY --from=0 x y\n",
        ),
        (
            "FROM a@sha256:0000000000000000000000000000000000000000000000000000000000000000\n",
            "FROM a@sha256:0000000000000000000000000000000000000000000000000000000000000000\n",
        ),
        ("FROM localhost:5000/x/y:z\n", "FROM localhost:5000/x/y:z\n"),
        ("FROM b\nFROM a AS b\n", "FROM b\n\nFROM a AS b\n"),
        ("FROM a AS dev.x_y-1\n", "FROM a AS dev.x_y-1\n"),
        (
            "FROM a\nFROM b\nFROM c\nCOPY --from=1 x y\nCOPY --from=0 x y\n",
            "FROM a\n\nFROM b\n\nFROM c\nCOPY --from=1 x y\nCOPY --from=0 x y\n",
        ),
    ]);
}

#[test]
fn flags() {
    steps(&[
        ("COPY --link a b", "COPY --link a b"),
        ("COPY --link=true a b", "COPY --link a b"),
        ("COPY --link=FALSE a b", "COPY a b"),
        (
            "COPY --chown=u:g --from=x --chmod=644 a b",
            "COPY --from=x --chown=u:g --chmod=644 a b",
        ),
        ("COPY --chown=\"u\" a b", "COPY --chown=u a b"),
        ("COPY --chown='a b' x y", "COPY --chown=\"a b\" x y"),
        ("COPY --chown= a b", "COPY a b"),
        ("COPY --from= a b", "COPY a b"),
        ("COPY a --link b", "COPY [\"a\", \"--link\", \"b\"]"),
        ("COPY -- --a b", "COPY [\"--a\", \"b\"]"),
        ("RUN -- --x", "RUN -- --x"),
        ("CMD -- --x y", "CMD -- --x y"),
        (
            "COPY --exclude=a --exclude=b s d",
            "COPY --exclude=a --exclude=b s d",
        ),
        ("COPY --parents a b", "COPY --parents a b"),
        ("COPY --chown=ü a b", "COPY --chown=ü a b"),
        ("COPY --chmod=u+x a b", "COPY --chmod=u+x a b"),
        ("COPY --chmod=$M a b", "COPY --chmod=$M a b"),
        (
            "ADD --keep-git-dir=true https://x.org/r.git /r",
            "ADD --keep-git-dir https://x.org/r.git /r",
        ),
        (
            "ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 https://x.org/f /f",
            "ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 https://x.org/f /f",
        ),
        ("ADD --unpack=false a /b", "ADD --unpack=false a /b"),
        ("RUN --network=none x", "RUN --network=none x"),
        (
            "RUN --security=sandbox --network=host x",
            "RUN --network=host \\\n    --security=sandbox \\\n    x",
        ),
        (
            "RUN --network=none --mount=type=ssh x",
            "RUN --network=none \\\n    --mount=type=ssh \\\n    x",
        ),
        ("ARG --x A", "ARG A"),
        ("STOPSIGNAL --x 9", "STOPSIGNAL 9"),
        ("HEALTHCHECK --x NONE", "HEALTHCHECK NONE"),
        (
            "HEALTHCHECK --interval=5m --timeout=3s CMD x",
            "HEALTHCHECK --interval=5m --timeout=3s \\\n    CMD x",
        ),
        (
            "HEALTHCHECK --interval=90s CMD x",
            "HEALTHCHECK --interval=1m30s \\\n    CMD x",
        ),
        (
            "HEALTHCHECK --retries=3 CMD x --y",
            "HEALTHCHECK --retries=3 \\\n    CMD x --y",
        ),
        (
            "HEALTHCHECK --interval=0 CMD x",
            "HEALTHCHECK --interval=0s \\\n    CMD x",
        ),
        ("COPY --chown=a\\ b x y", "COPY --chown=\"a b\" x y"),
        ("RUN --device=d x", "RUN --device=d x"),
        (
            "COPY --link \\\n  --chown=u \\\n  a b",
            "COPY --chown=u --link a b",
        ),
    ]);
}

#[test]
fn forms() {
    steps(&[
        ("CMD [\"a\",\"b\"]", "CMD [\"a\", \"b\"]"),
        ("CMD [ \"a\" , \"b\" ]", "CMD [\"a\", \"b\"]"),
        ("CMD []", "CMD []"),
        ("CMD", "CMD"),
        ("CMD a b", "CMD a b"),
        ("CMD [\"a\"] b", "CMD [\"a\"] b"),
        ("CMD ['a']", "CMD ['a']"),
        ("CMD [\"a\",]", "CMD [\"a\",]"),
        ("CMD [\"a\\tb\\u00e9\\ud83d\\ude00\"]", "CMD [\"a\\tbé😀\"]"),
        ("CMD [\"\\w\"]", "CMD [\"\\w\"]"),
        ("RUN [ -f x ]", "RUN [ -f x ]"),
        ("RUN [\"a\"]", "RUN [\"a\"]"),
        ("RUN", "RUN"),
        ("ENTRYPOINT [\"a\"]", "ENTRYPOINT [\"a\"]"),
        ("ENTRYPOINT a", "ENTRYPOINT a"),
        ("SHELL [\"/bin/sh\",\"-c\"]", "SHELL [\"/bin/sh\", \"-c\"]"),
        ("HEALTHCHECK NONE", "HEALTHCHECK NONE"),
        ("HEALTHCHECK none", "HEALTHCHECK NONE"),
        ("HEALTHCHECK CMD [\"a\"]", "HEALTHCHECK CMD [\"a\"]"),
        ("HEALTHCHECK cmd a b", "HEALTHCHECK CMD a b"),
        ("CMD <<EOF", "CMD <<EOF"),
        ("VOLUME /a /b", "VOLUME [\"/a\", \"/b\"]"),
        ("VOLUME [\"/a b\"]", "VOLUME [\"/a b\"]"),
        (
            "EXPOSE 80 443/TCP 1000-1005/udp",
            "EXPOSE 80 443/TCP 1000-1005/udp",
        ),
        ("EXPOSE $P", "EXPOSE $P"),
        ("EXPOSE 127.0.0.1:80:80", "EXPOSE 127.0.0.1:80:80"),
        ("MAINTAINER me <m@x.org>", "MAINTAINER me <m@x.org>"),
        ("USER a b", "USER a b"),
        ("USER \"a b\"", "USER a b"),
        ("USER \"\"", "USER \"\""),
        ("WORKDIR /a b", "WORKDIR /a b"),
        ("WORKDIR \"/a\"/b", "WORKDIR /a/b"),
        ("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGTERM"),
        ("STOPSIGNAL 9", "STOPSIGNAL 9"),
        ("COPY [\"a b\",\"/c\"]", "COPY [\"a b\", \"/c\"]"),
        ("COPY \"a\" /b", "COPY a /b"),
        ("COPY 'a' /b", "COPY a /b"),
        ("COPY a* /b", "COPY a* /b"),
        ("ADD a b c /d/", "ADD a b c /d/"),
        ("CMD [\"a\\/b\"]", "CMD [\"a/b\"]"),
    ]);
}

#[test]
fn volumes() {
    steps(&[
        ("VOLUME [\" /a \"]", "VOLUME [\"/a\"]"),
        ("VOLUME \\\u{85}/a", "VOLUME [\"\\\"\u{85}/a\\\"\"]"),
        (
            "VOLUME [\"\\\" /a\\\"\", \"$x\"]",
            "VOLUME [\"\\\" /a\\\"\", \"$x\"]",
        ),
    ]);
}

#[test]
fn pairs() {
    steps(&[
        ("ENV a=1", "ENV a=1"),
        ("ENV a 1", "ENV a=1"),
        ("ENV a 1 2 3", "ENV a=\"1 2 3\""),
        ("ENV a  \"1\"  2", "ENV a=\"1  2\""),
        ("ENV a=1 b=2", "ENV a=1 \\\n    b=2"),
        ("ENV a=\"1 2\"", "ENV a=\"1 2\""),
        ("ENV a='1 2'", "ENV a=\"1 2\""),
        ("ENV a=1\\ 2", "ENV a=\"1 2\""),
        ("ENV a=", "ENV a="),
        ("ENV a=\"\"", "ENV a="),
        ("ENV a=$b", "ENV a=$b"),
        ("ENV a=${b:-c}", "ENV a=${b:-c}"),
        ("ENV a=\"${b:-c d}\"", "ENV a=\"${b:-c d}\""),
        ("ENV a='$b'", "ENV a=\"\\$b\""),
        ("ENV a=\\$b", "ENV a=\"\\$b\""),
        ("ENV a=\"\\$b\"", "ENV a=\"\\$b\""),
        ("ENV a=$", "ENV a=\"\\$\""),
        ("ENV a=$$", "ENV a=$$"),
        ("ENV a=\"it's\"", "ENV a=\"it's\""),
        ("ENV a=\"say \\\"x\\\"\"", "ENV a=\"say \\\"x\\\"\""),
        ("ENV \"a\"=1", "ENV a=1"),
        ("ENV $a=1", "ENV $a=1"),
        ("ENV a=b=c", "ENV a=b=c"),
        ("ENV a=\\\"1", "ENV a=\"\\\"1\""),
        ("ENV a=${b#x*}", "ENV a=${b#x*}"),
        ("ENV a=${b//x/y}", "ENV a=${b//x/y}"),
        ("ENV a=\"b", "ENV a=\"b"),
        ("LABEL a.b/c=1", "LABEL a.b/c=1"),
        ("LABEL \"a b\"=c", "LABEL \"a b\"=c"),
        ("LABEL \"a=b\"=c", "LABEL \"a=b\"=c"),
        ("LABEL a b", "LABEL a=b"),
        (
            "LABEL a=1 \\\n b=2 \\\n c=3",
            "LABEL a=1 \\\n      b=2 \\\n      c=3",
        ),
        ("LABEL a=1 \"#b\"=2", "LABEL a=1 \\\n      \"#b\"=2"),
        ("LABEL a=x\\\ny", "LABEL a=xy"),
        ("LABEL a=\"x \\\n   y\"", "LABEL a=\"x    y\""),
        ("ARG a", "ARG a"),
        ("ARG a=", "ARG a="),
        ("ARG a=1", "ARG a=1"),
        ("ARG a b=2", "ARG a b=2"),
        ("ARG a=\"1 2\"", "ARG a=\"1 2\""),
        ("ARG \"a\"=1", "ARG \"a\"=1"),
        // Docker takes names of arguments as they are spelled.
        ("ARG \u{feff}a=1 \u{feff}", "ARG \u{feff}a=1 \u{feff}"),
        ("ARG a=$b", "ARG a=$b"),
        ("ENV a=\\\\", "ENV a=\"\\\\\""),
        ("ENV a=x\u{a0}b=y", "ENV a=x \\\n    b=y"),
        ("ENV a=\u{feff}x", "ENV a=x"),
        ("ENV a=1#2", "ENV a=1#2"),
    ]);
}

#[test]
fn heredocs() {
    steps(&[
        ("RUN <<EOF\nx\ny\nEOF", "RUN <<EOF\nx\ny\nEOF"),
        ("RUN <<EOF\nEOF", "RUN <<EOF\nEOF"),
        ("RUN <<-EOF\n\tx\n\tEOF", "RUN <<EOF\nx\nEOF"),
        ("RUN <<\"EOF\"\n$x\nEOF", "RUN <<EOF\n$x\nEOF"),
        ("RUN << EOF\nx\nEOF", "RUN <<EOF\nx\nEOF"),
        ("RUN <<END\nx\nEND", "RUN <<END\nx\nEND"),
        ("RUN <<EOF cat\nx\nEOF", "RUN <<EOF cat\nx\nEOF"),
        ("RUN cat <<A <<B\na\nA\nb\nB", "RUN cat <<A <<B\na\nA\nb\nB"),
        ("RUN cat <<-A\n\tx\n\tA", "RUN cat <<-A\n\tx\nA"),
        ("RUN cat<<A", "RUN cat<<A"),
        ("RUN \"<<A\"", "RUN \"<<A\""),
        ("RUN <<<A", "RUN <<<A"),
        ("RUN echo $((1<<2))", "RUN echo $((1<<2))"),
        ("RUN echo $(( 1 << 2 ))\n2", "RUN echo $(( 1 << 2 ))\n2"),
        ("RUN echo don't <<EOF", "RUN echo don't <<EOF"),
        ("RUN 3<<EOF x\ny\nEOF", "RUN 3<<EOF x\ny\nEOF"),
        ("RUN <<EOF\n#!/bin/x\ny\nEOF", "RUN <<EOF\n#!/bin/x\ny\nEOF"),
        ("RUN <<EOF\n# c\n\\\nEOF", "RUN <<EOF\n# c\n\\\nEOF"),
        ("COPY <<EOF /x\n$a\nEOF", "COPY <<EOF /x\n$a\nEOF"),
        ("COPY <<\"EOF\" /x\n$a\nEOF", "COPY <<\"EOF\" /x\n$a\nEOF"),
        ("COPY <<f /d/\nx\nf", "COPY <<\"f\" /d/\nx\nf"),
        (
            "COPY <<a b <<c /d/\nx\na\ny\nc",
            "COPY <<\"a\" b <<\"c\" /d/\nx\na\ny\nc",
        ),
        ("COPY <<-EOF /x\n\ta\n\tEOF", "COPY <<\"EOF\" /x\na\nEOF"),
        (
            "COPY <<EOF /x\n\\$a \\\\ \"q\"\nEOF",
            "COPY <<\"EOF\" /x\n$a \\ \"q\"\nEOF",
        ),
        ("COPY [\"<<X\",\"/c\"]", "COPY <<\"X\" /c\nX"),
        ("ADD <<EOF /x\ny\nEOF", "ADD <<\"EOF\" /x\ny\nEOF"),
        (
            "RUN --network=none <<EOF\nx\nEOF",
            "RUN --network=none <<EOF\nx\nEOF",
        ),
        ("ONBUILD RUN <<EOF\nx\nEOF", "ONBUILD RUN <<EOF\nx\nEOF"),
        (
            "ONBUILD COPY <<EOF /x\ny\nEOF",
            "ONBUILD COPY <<EOF /x\ny\nEOF",
        ),
        ("RUN <<EOF\nx\r\nEOF", "RUN <<EOF\nx\r\nEOF"),
        ("RUN <<X1 <<X2 x\na\nX1\nX2", "RUN <<X1 <<X2 x\na\nX1\nX2"),
    ]);
}

#[test]
fn mounts() {
    steps(&[
        (
            "RUN --mount=type=cache,target=/c x",
            "RUN --mount=type=cache,target=/c \\\n    x",
        ),
        (
            "RUN --mount=target=. x",
            "RUN --mount=type=bind,target=. \\\n    x",
        ),
        (
            "RUN --mount=type=bind,src=a,dst=/b,ro x",
            "RUN --mount=type=bind,source=a,target=/b,readonly \\\n    x",
        ),
        (
            "RUN --mount=type=bind,from=img,target=/b,rw=true x",
            "RUN --mount=type=bind,from=img,target=/b,readwrite \\\n    x",
        ),
        (
            "RUN --mount=TYPE=cache,TARGET=/c,sharing=LOCKED x",
            "RUN --mount=type=cache,target=/c,sharing=locked \\\n    x",
        ),
        (
            "RUN --mount=type=secret,id=s,required x",
            "RUN --mount=type=secret,id=s,required=true \\\n    x",
        ),
        (
            "RUN --mount=type=secret,id=s,env=S x",
            "RUN --mount=type=secret,id=s,env=S \\\n    x",
        ),
        ("RUN --mount=type=ssh x", "RUN --mount=type=ssh \\\n    x"),
        (
            "RUN --mount=type=tmpfs,target=/t,size=1g x",
            "RUN --mount=type=tmpfs,target=/t,size=1g \\\n    x",
        ),
        (
            "RUN --mount=type=cache,target=$D x",
            "RUN --mount=type=cache,target=$D \\\n    x",
        ),
        (
            "RUN --mount=\"type=cache,target=/a b\" x",
            "RUN --mount=\"type=cache,target=/a b\" \\\n    x",
        ),
        (
            "RUN --mount=type=cache,\\\"target=/a,b\\\" x",
            "RUN --mount=\"type=cache,\\\"target=/a,b\\\"\" \\\n    x",
        ),
        (
            "RUN --mount=type=cache,target=/c,mode=0755,uid=1,gid=2 x",
            "RUN --mount=type=cache,target=/c,mode=0755,uid=1,gid=2 \\\n    x",
        ),
        (
            "RUN --mount=type=bind,from=0,target=/b x",
            "RUN --mount=type=bind,from=0,target=/b \\\n    x",
        ),
        (
            "RUN --mount=type=cache,target=/c --mount=type=cache,target=/d x",
            "RUN --mount=type=cache,target=/c \\\n    --mount=type=cache,target=/d \\\n    x",
        ),
        ("RUN --mount=foo=bar x", "RUN --mount=foo=bar \\\n    x"),
        (
            "RUN --mount=type=cache,target=/c,id=${I} x",
            "RUN --mount=type=cache,id=${I},target=/c \\\n    x",
        ),
        (
            "RUN --mount=type=bind,readonly=false,target=/x y",
            "RUN --mount=type=bind,target=/x,readwrite \\\n    y",
        ),
    ]);
}

#[test]
fn triggers() {
    steps(&[
        ("ONBUILD RUN x", "ONBUILD RUN x"),
        ("onbuild run x", "ONBUILD run x"),
        ("ONBUILD COPY a b", "ONBUILD COPY a b"),
        ("ONBUILD FOO x", "ONBUILD FOO x"),
        ("ONBUILD COPY a", "ONBUILD COPY a"),
        ("ONBUILD CMD [\"a\"]", "ONBUILD CMD [\"a\"]"),
        ("ONBUILD ENV a 1", "ONBUILD ENV a 1"),
        ("ONBUILD RUN x \\\n  y", "ONBUILD RUN x \\\n  y"),
        (
            "ONBUILD RUN --mount=foo=bar x",
            "ONBUILD RUN --mount=foo=bar x",
        ),
        ("ONBUILD COPY <<E\nx\nE", "ONBUILD COPY <<E\nx\nE"),
        ("ONBUILD ENV =1", "ONBUILD ENV =1"),
        ("ONBUILD HEALTHCHECK NONE", "ONBUILD HEALTHCHECK NONE"),
    ]);
}

/// The reports on broken files, each below its text.
fn reports(sources: &[&str]) -> String {
    let mut out = String::new();
    for source in sources {
        let parsed = Parsed::new(source);
        out.push_str(&format!("{source:?}\n{}\n", parsed.report()));
    }
    out
}

#[test]
fn broken_lines() {
    insta::assert_snapshot!(reports(&[
        "",
        "# only a comment\n",
        "ARG A=1\n",
        "\n\n",
        "RUN x\nFROM a\n",
        "ENV A=1\nARG B\nFROM a\n",
        "FROM a\nRUNN x\n",
        "FROM a\nx\n",
        "FROM a\nRUN a &&\n  b\n",
        "FROM a\nCOPY\u{a0}a b\n",
        "# escape=x\nFROM a\n",
        "# escape=`\n# escape=`\nFROM a\n",
        "# syntax=a\n# syntax=b\nFROM a\n",
        "# check=skip\nFROM a\n",
        "# check=error=maybe\nFROM a\n",
        "FROM a\nRUN x\n\nCOPYY a b\n",
        "lts/Dockerfile\n",
        "{{ if .A }}\nFROM a\n{{ else }}\nFROM b\n{{ end }}\nFROM {{ .C }}\ncurl x\nCOPY a\n",
        "FROM a\nps --format {{.Names}}\n",
    ]));
}

#[test]
fn broken_flags() {
    insta::assert_snapshot!(reports(&[
        "FROM a\nCOPY --form=b x y\n",
        "FROM a\nCOPY --link=1 x y\n",
        "FROM a\nCOPY --chown x y\n",
        "FROM a\nCOPY --link --link x y\n",
        "FROM a\nCOPY --chown=a --chown=b x y\n",
        "FROM a\nENV --x=1 A=1\n",
        "FROM a\nCMD --x y\n",
        "FROM --platfrom=linux/amd64 a\n",
        "FROM --platform=linux/ a\n",
        "FROM a\nRUN --network=bridge x\n",
        "FROM a\nRUN --security=none x\n",
        "FROM a\nRUN --mout=type=ssh x\n",
        "FROM a\nHEALTHCHECK --interval=5 CMD x\n",
        "FROM a\nHEALTHCHECK --interval=-5s CMD x\n",
        "FROM a\nHEALTHCHECK --retries=many CMD x\n",
        "FROM a\nHEALTHCHECK --interval=1us CMD x\n",
        "FROM a\nADD --from=b x y\n",
    ]));
}

#[test]
fn broken_arguments() {
    insta::assert_snapshot!(reports(&[
        "FROM\n",
        "FROM a b\n",
        "FROM a IS b\n",
        "FROM a AS\n",
        "FROM a AS 1b\n",
        "FROM a AS b/c\n",
        "FROM a\nENV A\n",
        "FROM a\nENV\n",
        "FROM a\nLABEL \\\u{c}\n",
        "FROM a\nARG \\\u{c}\n",
        "FROM a\nENV A=1 B\n",
        "FROM a\nENV A=1 = 2\n",
        "FROM a\nENV =1\n",
        "FROM a\nLABEL a=b c d\n",
        "FROM a\nARG\n",
        "FROM a\nARG =1\n",
        "FROM a\nCOPY a\n",
        "FROM a\nCOPY\n",
        "FROM a\nEXPOSE\n",
        "FROM a\nVOLUME\n",
        "FROM a\nVOLUME [\"\"]\n",
        "FROM a\nUSER\n",
        "FROM a\nWORKDIR\n",
        "FROM a\nSTOPSIGNAL\n",
        "FROM a\nMAINTAINER\n",
        "FROM a\nHEALTHCHECK\n",
        "FROM a\nHEALTHCHECK curl x\n",
        "FROM a\nHEALTHCHECK NONE x\n",
        "FROM a\nHEALTHCHECK CMD\n",
        "FROM a\nSHELL /bin/sh -c\n",
        "FROM a\nSHELL []\n",
        "FROM a\nCMD [1]\n",
        "FROM a\nRUN [ 1 ]\n",
        "FROM a\nCOPY [\"a\", null]\n",
        "FROM a\nONBUILD\n",
        "FROM a\nONBUILD FROM b\n",
        "FROM a\nONBUILD ONBUILD RUN x\n",
        "FROM a\nONBUILD ENV A\n",
        "FROM a\nONBUILD CMD [1]\n",
    ]));
}

#[test]
fn broken_heredocs() {
    insta::assert_snapshot!(reports(&[
        "FROM a\nRUN <<EOF\nx\n",
        "FROM a\nRUN <<EOF\nx\nEOF \n",
        "FROM a\nRUN cat <<A <<B\nx\nA\n",
        "FROM a\nCOPY <<EOF /x\n",
        "FROM a\nCOPY a <<EOF\nx\nEOF\n",
        "FROM a\nRUN echo $(( 1 << 2 ))\n",
    ]));
}

#[test]
fn broken_references() {
    insta::assert_snapshot!(reports(&[
        "FROM A\n",
        "FROM a:b:c\n",
        "FROM B AS c\nFROM a\n",
        "FROM a AS b\nFROM B:x\n",
        "FROM a\nCOPY --from=Upper x y\n",
        "FROM a\nCOPY --from=7 x y\n",
        "FROM a\nCOPY --from=-1 x y\n",
        "FROM a\nCOPY --from=0 x y\n",
        "FROM a AS b\nCOPY --from=b x y\n",
        "FROM a AS b\nCOPY --from=c x y\n\nFROM a AS c\nCOPY --from=b x y\n",
        "FROM a\nCOPY --from=$B x y\n",
        "FROM a\nRUN --mount=from=Upper,target=/x y\n",
        "FROM a AS b\nFROM c\nRUN --mount=from=$b,target=/x y\n",
        "FROM \"\"\n",
    ]));
}

#[test]
fn broken_several() {
    insta::assert_snapshot!(reports(&[
        "FROM a\nRUNN x\nCOPY a\nENV A\n",
        "COPY a b\nFROM A\nCOPY --form=x a b\n",
        "FROM a AS x\nFROM b AS x\nFROM c\n",
    ]));
}

/// In a stage that nothing needs, Docker never gets there: what a built file may not have is kept as it is.
#[test]
fn what_docker_refuses_late_is_kept() {
    let sum = "0".repeat(64);
    steps(&[
        ("RUN []", "RUN []"),
        (
            "RUN --mount=target=/ x",
            "RUN --mount=type=bind,target=/ \\\n    x",
        ),
        ("COPY http://h/x /c", "COPY http://h/x /c"),
        ("COPY [\"u@h:p\", \"/a b\"]", "COPY [\"u@h:p\", \"/a b\"]"),
        (
            &format!("ADD --checksum=sha256:{sum} a b /c/"),
            &format!("ADD --checksum=sha256:{sum} a b /c/"),
        ),
        ("ADD --checksum=$S a b /c/", "ADD --checksum=$S a b /c/"),
    ]);
}

/// Files that Docker builds, and what they come back as.
#[test]
fn odd_files_come_back() {
    for (text, written) in [
        // No flag is after the first argument.
        (
            "FROM a\nARG A=b --no-cache\nRUN x\n",
            "FROM a\nARG A=b --no-cache\nRUN x\n",
        ),
        ("ARG A=b --c\nFROM a\n", "ARG A=b --c\n\nFROM a\n"),
        // Ports are split at every kind of white space.
        (
            "FROM a\nEXPOSE 80\u{a0}81\u{3000}82 83\n",
            "FROM a\nEXPOSE 80 81 82 83\n",
        ),
        ("FROM a\nEXPOSE 80\u{85}\n", "FROM a\nEXPOSE 80\n"),
        // The image stores the text of a trigger as it is.
        (
            "FROM a\nONBUILD EXPOSE 80\u{a0}81\n",
            "FROM a\nONBUILD EXPOSE 80\u{a0}81\n",
        ),
        ("FROM a\nEXPOSE $A\u{a0}81\n", "FROM a\nEXPOSE $A\u{a0}81\n"),
        // A flag is read byte by byte, and the second byte of `à` is a space.
        (
            "FROM a\nCOPY --link --chown=à a b\n",
            "FROM a\nCOPY --chown=à --link a b\n",
        ),
        (
            "FROM a\nRUN --mount=type=cache,target=/à x\n",
            "FROM a\nRUN --mount=type=cache,target=/à \\\n    x\n",
        ),
        // Docker builds nothing of the stage, and so never expands what it cannot.
        (
            "FROM a AS unused\nARG \"V=1\"\nARG \"W X=1\" \"Y=2\"\nFROM b\n",
            "FROM a AS unused\nARG \"V=1\"\nARG \"W X=1\" \"Y=2\"\n\nFROM b\n",
        ),
        // A line that is the delimiter, but for a backslash that Docker takes away.
        (
            "FROM a\nCOPY <<EOF /x\n\\EOF\n$\\A\nEOF\n",
            "FROM a\nCOPY <<EOF /x\n\\EOF\n\\$A\nEOF\n",
        ),
        (
            "FROM a\nCOPY <<EOF /x\nE\\OF\n$A\nEOF\n",
            "FROM a\nCOPY <<EOF1 /x\nEOF\n$A\nEOF1\n",
        ),
    ] {
        let file = Dockerfile::parse(text).unwrap_or_else(|report| panic!("{text}\n{report}"));
        let again = file
            .render()
            .unwrap_or_else(|report| panic!("{text}\n{report}"));
        assert_eq!(again, written);
        assert_eq!(Dockerfile::parse(&again).ok(), Some(file), "{text}");
    }
}

#[test]
fn a_byte_that_ends_a_flag_is_its_last() {
    let file = Dockerfile::parse("FROM a\nRUN --mount=type=bind,target=/à x\n");
    let mut file = file.expect("it is read");
    let report = |file: &Dockerfile| file.render().map_err(|report| report.diagnostics().len());
    assert!(report(&file).is_ok());
    // What is added after it moves it.
    if let Some(multistage::Instruction::Run(run)) = file
        .stages_mut()
        .iter_mut()
        .flat_map(|stage| stage.steps_mut())
        .map(|step| step.instruction_mut())
        .next()
    {
        run.mounts = vec![multistage::instruction::Mount::bind("/\u{c3}").readonly()];
    }
    assert_eq!(report(&file), Err(1));
}
