//! What a line turns out to mean: each rule with what it finds, what it leaves alone, and its edit.

use super::{fires, found};
use multistage::check::Checker;
use multistage::instruction::{Copy, Mount, Run};
use multistage::{Dockerfile, Parsed, Stage};

/// The text with every edit that is certain.
fn fixed(text: &str) -> String {
    Parsed::new(text).check(&Checker::new()).fixed()
}

/// How the findings of a rule begin: the line and the message.
fn messages(rule: &str, text: &str) -> Vec<(usize, String)> {
    let report = Parsed::new(text).check(&Checker::new());
    let found = report.iter().filter(|found| found.rule.id == rule);
    found
        .map(|found| {
            let start = found.span().map_or(0, |span| span.start);
            (report.line_column(start).0, found.message.clone())
        })
        .collect()
}

#[test]
fn lists_that_are_nearly_json() {
    let text = "\
FROM alpine:3.22
RUN ['echo', 'hi']
VOLUME ['/a']
COPY ['a b', 'c/']
COPY --chown=1:1 [\"a\", \"b/\",]
ADD [\u{201c}a\u{201d}, \u{201c}b/\u{201d}]
HEALTHCHECK --interval=5s CMD ['curl', 'x']
ENTRYPOINT [\"a\", 'b']
CMD [\"a\", \"b\",]
";
    let near = messages("near-json-form", text);
    let lines: Vec<usize> = near.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
    assert!(near[0].1.ends_with("it has single quotes"), "{near:?}");
    assert!(near[3].1.ends_with("it ends in a comma"), "{near:?}");
    assert!(near[4].1.ends_with("it has typographic quotes"), "{near:?}");
    // Docker's own check speaks of these, and is told what is wrong.
    let shell = messages("shell-form-command", text);
    let expected = [
        (
            8,
            "ENTRYPOINT is in shell form, as its list is not valid JSON: it has single quotes",
        ),
        (
            9,
            "CMD is in shell form, as its list is not valid JSON: it ends in a comma",
        ),
    ];
    assert_eq!(shell, expected.map(|(line, text)| (line, text.to_owned())));
    let mended = "\
FROM alpine:3.22
RUN [\"echo\", \"hi\"]
VOLUME [\"/a\"]
COPY [\"a b\", \"c/\"]
COPY --chown=1:1 [\"a\", \"b/\"]
ADD [\"a\", \"b/\"]
HEALTHCHECK --interval=5s CMD [\"curl\", \"x\"]
ENTRYPOINT [\"a\", \"b\"]
CMD [\"a\", \"b\"]
";
    assert_eq!(fixed(text), mended);
    assert_eq!(found(mended), [""; 0]);
    for line in [
        "RUN [ -f /x ] && echo y",
        "RUN [ \"$A\" = 'b' ] || exit 1",
        "RUN [[ a ]]",
        "COPY [abc].txt /x/",
        "RUN [a]",
        "COPY [a] /x/",
        "RUN [\"a\", \"b\"]",
    ] {
        assert!(
            !fires("near-json-form", &format!("FROM alpine:3.22\n{line}\n")),
            "{line}"
        );
    }
}

#[test]
fn lists_that_lack_a_comma_or_a_quote() {
    for (line, why) in [
        ("VOLUME [/data]", "`/data` is not in double quotes"),
        (
            "COPY [\"a\" \"b/\"]",
            "a comma is missing between two words",
        ),
        (
            "RUN [\"sh\", \"-c\", \"echo \"a\"\"]",
            "a quote inside a word is not escaped",
        ),
        ("ONBUILD RUN ['a', 'b']", "it has single quotes"),
        ("ONBUILD COPY --link [a, b/]", "`a` is not in double quotes"),
    ] {
        let found = messages("near-json-form", &format!("FROM alpine:3.22\n{line}\n"));
        let [(2, message)] = found.as_slice() else {
            panic!("{line}: {found:?}");
        };
        assert!(message.ends_with(why), "{line}: {message}");
    }
    let mended = fixed("FROM alpine:3.22\nONBUILD  COPY --link [a, b/]\nVOLUME [/data]\n");
    assert_eq!(
        mended,
        "FROM alpine:3.22\nONBUILD  COPY --link [\"a\", \"b/\"]\nVOLUME [\"/data\"]\n"
    );
}

#[test]
fn instructions_that_are_swallowed() {
    let text = "\
FROM ubuntu:24.04
RUN apt-get update && \\
    apt-get install -y \\
      curl \\
USER app
ENV A=/x \\
    B=/y \\

USER root
";
    let found = messages("swallowed-instruction", text);
    let expected = [
        (5, "this USER is part of the RUN above"),
        (9, "this USER is part of the ENV above"),
    ];
    // The second one is rejected by the reader before that.
    if Parsed::new(text).report().is_empty() {
        assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
    }
    // The edit would leave `&&` at the end.
    let joint = "FROM ubuntu:24.04\nRUN a && \\\n\nUSER app\n";
    assert_eq!(fixed(joint), joint);
    let one = "FROM ubuntu:24.04\nRUN a && \\\n  b \\\n# c\n\nUSER app\n";
    assert_eq!(
        messages("swallowed-instruction", one),
        [(6, "this USER is part of the RUN above".to_owned())]
    );
    assert_eq!(
        fixed(one),
        "FROM ubuntu:24.04\nRUN a && \\\n  b\n# c\n\nUSER app\n"
    );
    let windows =
        "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY test.txt c:\\\nRUN dir c:\\\n";
    assert_eq!(
        messages("swallowed-instruction", windows),
        [(3, "this RUN is part of the COPY above".to_owned())]
    );
    assert!(fixed(windows).contains("c:\\\nRUN dir"));
    for text in [
        "FROM a:1\nHEALTHCHECK --interval=5m \\\nCMD curl x\n",
        "FROM a:1\nONBUILD \\\nRUN x\n",
        "FROM a:1\nRUN a \\\n  USER app\n",
        "FROM a:1\nRUN echo \"a \\\nUSER app \\\n\" > /x\n",
        "FROM a:1\nRUN a \\\nuser app\n",
        "FROM a:1\nRUN a \\\nENV\n",
        "FROM a:1\nRUN <<E\na \\\nUSER app\nE\n",
        "FROM a:1\nCOPY <<E /x\na \\\nE\nUSER app\n",
        "FROM a:1\nRUN a \\\\\nUSER app\n",
        "# a \\\nFROM a:1\n",
    ] {
        assert!(!fires("swallowed-instruction", text), "{text}");
    }
    let backtick = "# escape=`\nFROM a:1\nCOPY a c:\\\nRUN b `\nUSER c\n";
    assert_eq!(
        messages("swallowed-instruction", backtick),
        [(5, "this USER is part of the RUN above".to_owned())]
    );
}

/// What the lines are apart is what counts: no other edit is about the instruction that they are
/// together, and each is one that Docker takes.
#[test]
fn swallowed_instructions_are_taken_apart_alone() {
    let parts = "FROM a:1\nADD . /app/ \\\nRUN pip install -r /r.txt\n";
    assert!(fires("destination-without-slash", parts));
    assert_eq!(fixed(parts), parts.replace(" \\", ""));
    let several = "FROM a:1\nENV A b \\\nENV C d \\\nUSER e\n";
    assert_eq!(fixed(several), several.replace(" \\", ""));
    for text in [
        "FROM a:1\nCOPY r.txt \\\nRUN pip install -r /r.txt\n",
        "FROM a:1\nRUN pip install \\\nCOPY r.txt\n",
    ] {
        assert!(fires("swallowed-instruction", text), "{text}");
        assert_eq!(fixed(text), text);
    }
    // Only one of them would be no instruction.
    let one = "FROM a:1\nRUN a \\\nUSER b \\\nCOPY c\n";
    assert_eq!(fixed(one), "FROM a:1\nRUN a\nUSER b \\\nCOPY c\n");
}

#[test]
fn comments_in_strings() {
    let fires = |run: &str| {
        fires(
            "comment-in-string",
            &format!("FROM debian:12\n{run}\nUSER 1\n"),
        )
    };
    for run in [
        "RUN printf \"\\n\\\n# up\\n\\\nx\\n\" >> /etc/inputrc",
        "RUN echo 'a\\n\\\n  # b\\n\\\nc' > /x",
        "RUN a 'b' && echo \"it's\\n\\\n# b\\n\\\n\"",
        "RUN echo 'a\\n\\\n# b\n c' > /x",
    ] {
        assert!(fires(run), "{run}");
    }
    for run in [
        "RUN a \\\n# b\n  && c",
        "RUN echo \"a\" \\\n# it's fine\n  'b' \\\n# c\n  d",
        "RUN echo \"a\\n\\\nb # c\"",
        "RUN apt-get install \"a \\\n# b \\\n c\"",
        "RUN cat <<E\n'a \\\n# b\nE",
        "RUN echo \\\"a \\\n# b\n  c",
    ] {
        assert!(!fires(run), "{run}");
    }
}

#[test]
fn homes_that_nobody_expands() {
    let fires = |line: &str| fires("unexpanded-home", &format!("FROM php:8\n{line}\nUSER 1\n"));
    for line in [
        "RUN --mount=type=cache,target=~/.composer composer install",
        "RUN --mount=type=cache,target=${HOME}/.cache composer install",
        "RUN --mount=type=cache,target=$HOME/.cache,id=c composer install",
        "RUN --mount=type=bind,target=~ a",
        "COPY a ~/b",
        "ADD a ~/",
        "WORKDIR ~/app",
        "VOLUME /x ~/y",
    ] {
        assert!(fires(line), "{line}");
    }
    for line in [
        "RUN --mount=type=cache,target=/root/.composer composer install",
        "ENV HOME=/h\nRUN --mount=type=cache,target=$HOME/.cache a",
        "ARG HOME=/h\nRUN --mount=type=cache,target=$HOME/.cache a",
        "RUN --mount=type=cache,target=${HOME:-/root}/.cache a",
        "COPY ~/a /b",
        "COPY a /b~",
        "COPY a ~backup",
        "RUN ls ~/x $HOME",
    ] {
        assert!(!fires(line), "{line}");
    }
    let mount = |target: &str| format!("FROM php:8\nRUN --mount=type=cache,target={target} a\n");
    assert_eq!(fixed(&mount("~/.composer")), mount("/root/.composer"));
    let unknown = "FROM example.com/php:8\nCOPY a ~/b\n";
    assert_eq!(fixed(unknown), unknown);
}

#[test]
fn values_without_an_equals_sign() {
    let fires = |line: &str| {
        fires(
            "value-without-equals",
            &format!("FROM alpine:3.22\n{line}\n"),
        )
    };
    for line in [
        "ARG PLATFORM linux/amd64",
        "ARG VERSION 1.2",
        "ARG MODE debug",
        "ARG v 3",
    ] {
        assert!(fires(line), "{line}");
    }
    for line in [
        "ARG A B",
        "ARG a b",
        "ARG A=1 b",
        "ARG A b=1",
        "ARG A b c",
        "ARG A b\nRUN echo $b",
        "ARG A b\nENV X=${b}",
    ] {
        assert!(!fires(line), "{line}");
    }
    let text = "ARG TAG 3.22\nFROM alpine:$TAG\nARG  V  1.2\nRUN echo $V\n";
    assert_eq!(
        fixed(text),
        "ARG TAG=3.22\nFROM alpine:$TAG\nARG  V=1.2\nRUN echo $V\n"
    );
    // It says more than that no expression can name the second one.
    assert_eq!(
        found("FROM alpine:3.22\nARG V 1.2\n"),
        ["value-without-equals"]
    );
}

#[test]
fn spaces_around_the_equals_sign() {
    let text = "\
FROM scratch
LABEL io.openshift.commit = \"deadbeef\"
LABEL a.version =  3.11
ENV NAME = two words
ENV OTHER one
";
    let found = messages("legacy-key-value", text);
    let spaced = "has spaces around `=`, which make the `=` part of the value";
    assert_eq!(found[0], (2, format!("LABEL {spaced}")));
    assert_eq!(found[2], (4, format!("ENV {spaced}")));
    assert_eq!(
        fixed(text),
        "\
FROM scratch
LABEL io.openshift.commit=\"deadbeef\"
LABEL a.version=3.11
ENV NAME=\"two words\"
ENV OTHER=one
"
    );
}

#[test]
fn owners_by_name_of_linked_copies() {
    let fires = |line: &str| {
        fires(
            "named-owner-in-link",
            &format!("FROM alpine:3.22\n{line}\nUSER 1\n"),
        )
    };
    for line in [
        "COPY --link --chown=app:app a /a",
        "COPY --link --chown=1000:app a /a",
        "ADD --link --chown=app b /b",
        "ARG O=app\nCOPY --link --chown=$O a /a",
    ] {
        assert!(fires(line), "{line}");
    }
    for line in [
        "COPY --link --chown=1000:1000 a /a",
        "COPY --link --chown=root:root a /a",
        "COPY --link --chown=0 a /a",
        "COPY --link a /a",
        "COPY --chown=app a /a",
        "ARG O\nCOPY --link --chown=$O a /a",
    ] {
        assert!(!fires(line), "{line}");
    }
}

#[test]
fn features_of_later_versions() {
    let text = "# syntax=docker/dockerfile:1.2\nFROM alpine:3.22\nCOPY --link a /a/\nRUN <<E\ntrue\nE\nRUN --mount=type=cache,target=/c true\n";
    let found = messages("outdated-syntax", text);
    assert_eq!(
        found.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        [3, 4]
    );
    assert_eq!(fixed(text), text.replace(":1.2", ":1"));
    for syntax in [
        "docker/dockerfile:1",
        "docker/dockerfile:1.4",
        "docker/dockerfile:1.7-labs",
        "example.com/frontend:1.2",
        "docker/dockerfile",
    ] {
        assert!(
            !fires(
                "outdated-syntax",
                &text.replace("docker/dockerfile:1.2", syntax)
            ),
            "{syntax}"
        );
    }
    assert!(!fires(
        "outdated-syntax",
        "FROM alpine:3.22\nCOPY --link a /a/\n"
    ));
}

#[test]
fn paths_of_windows() {
    let fires = |text: &str| fires("relative-workdir", text);
    assert!(!fires(
        "# escape=`\nFROM example.com/a:1\nWORKDIR C:\\app\n"
    ));
    assert!(!fires(
        "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nWORKDIR C:/App\n"
    ));
    assert!(!fires(
        "FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809\nWORKDIR c:\\\\app\n"
    ));
    assert!(fires("FROM alpine:3.22\nWORKDIR C:\\app\n"));
    assert!(fires("# escape=`\nFROM example.com/a:1\nWORKDIR app\n"));
}

#[test]
fn patterns_that_become_a_file() {
    let fires = |line: &str| {
        fires(
            "wildcard-to-file",
            &format!("FROM alpine:3.22\n{line}\nUSER 1\n"),
        )
    };
    for line in [
        "COPY *.txt test.txt",
        "COPY --from=busybox:1.37 /etc/*.conf /conf",
        "COPY src/?.toml /x",
        "ADD *.md /docs",
        "RUN a\nCOPY a*.conf /etc/b.conf",
    ] {
        assert!(fires(line), "{line}");
    }
    for line in [
        "COPY *.txt /x/",
        "COPY *.txt .",
        "WORKDIR /app\nCOPY package*.json /app",
        "COPY build/libs/*.jar app.jar",
        "COPY .env* .env",
        "COPY [ab].txt /x",
        "COPY --parents *.txt /x",
        "ADD https://example.com/a?b=* /x",
        "COPY a /x",
        "COPY *.sh /usr/local/bin",
        "COPY --from=alpine:3.21 /opt/yarn-* /opt/yarn",
        "RUN a\nCOPY *.ipynb /notebooks",
        "COPY services/* /opt/services.d",
    ] {
        assert!(!fires(line), "{line}");
    }
}

#[test]
fn what_only_a_program_writes() {
    let rules = |stage: Stage| {
        let mut file = Dockerfile::new();
        file.push(stage);
        let report = file.check();
        report.iter().map(|found| found.rule.id).collect::<Vec<_>>()
    };
    let base = || Stage::new("alpine:3.22");
    for mode in [755, 644, 777, 600, 1777] {
        let copy = Copy::new("a", "/a").chmod(mode);
        assert_eq!(rules(base().instruction(copy)), ["decimal-mode"], "{mode}");
    }
    let mount = Run::new("a").mount(Mount::cache("/c").mode(700));
    assert_eq!(rules(base().instruction(mount)), ["decimal-mode"]);
    for mode in [0o755, 0o644, 0o400, 0o4755, 0o1777, 0o620] {
        assert_eq!(
            rules(base().instruction(Copy::new("a", "/a").chmod(mode))),
            [""; 0],
            "{mode:o}"
        );
    }
    assert_eq!(
        rules(base().instruction(Copy::new("a", "/a").chmod("755"))),
        [""; 0]
    );

    assert_eq!(rules(base().user("")), ["empty-value"]);
    assert_eq!(rules(base().copy("", "/a")), ["empty-value"]);
    assert_eq!(rules(base().copy("a", "")), ["empty-value"]);
    assert_eq!(rules(base().workdir("")).first(), Some(&"empty-value"));
    assert!(!rules(base().run("")).is_empty());
    assert_eq!(
        rules(base().user("app").copy("a", "/a").workdir("/w").run("b")),
        [""; 0]
    );
}
