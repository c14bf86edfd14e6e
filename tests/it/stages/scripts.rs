//! What the rules read in shell text.

use super::{fires, found, found_by, on_empty_bases};
use multistage::{check::Checker, resolve::Build};

fn run(command: &str) -> String {
    format!("FROM alpine:3.22\nRUN {command}\n")
}

#[track_caller]
fn unchecked(command: &str, expected: bool) {
    assert_eq!(
        fires("unchecked-script", &run(command)),
        expected,
        "{command}"
    );
}

#[test]
fn scripts_that_go_on() {
    for script in [
        "<<EOF\na\nb\nEOF",
        "<<EOF\na; b\nEOF",
        "<<-EOF\n\ta\n\tb\nEOF",
        "<<'EOF'\na\nb\nEOF",
        "<<EOF\n# set -e\na\nb\nEOF",
        "<<EOF\nset -x\na\nb\nEOF",
        "<<EOF\nset -o pipefail\na\nb\nEOF",
        "<<EOF\necho 'set -e'\na\nb\nEOF",
        "<<EOF\na | b\nc\nEOF",
        "<<EOF\na && b\nc\nEOF",
        "<<EOF\nif a; then b; fi\nc\nEOF",
        "<<EOF\nX=$(a)\nb\nEOF",
        "<<EOF\n(\n  a\n)\nb\nEOF",
        "<<EOF\na \\\n  --flag\nb\nEOF",
        "<<EOF\ncat > /f <<END\nset -e\nEND\nb\nEOF",
        "bash <<EOF\na\nb\nEOF",
        "bash -x <<EOF\na\nb\nEOF",
        "bash -o pipefail <<'EOF'\na\nb\nEOF",
    ] {
        unchecked(script, true);
    }
}

#[test]
fn scripts_that_stop() {
    for script in [
        "<<EOF\nset -e\na\nb\nEOF",
        "<<EOF\nset -eux\na\nb\nEOF",
        "<<EOF\nset -ex -o pipefail\na\nb\nEOF",
        "<<EOF\nset -o errexit\na\nb\nEOF",
        "<<EOF\nset -euo pipefail\na\nb\nEOF",
        "<<EOF\n  set -e # stop\na\nb\nEOF",
        "<<EOF\n#!/bin/sh\na\nb\nEOF",
        "<<EOF\n#!/usr/bin/env python3\na\nb\nEOF",
        "<<EOF\na\nEOF",
        "<<EOF\n\n# one\na\n\nEOF",
        "<<EOF\na && b\nEOF",
        "<<EOF\na &&\n  b &&\n  c\nEOF",
        "<<EOF\na \\\n  && b \\\n  && c\nEOF",
        "<<EOF\na |\n  b\nEOF",
        "<<EOF\na || exit 1\nb || exit 1\nc\nEOF",
        "<<EOF\nfor x in 1 2; do a $x; b; done\nEOF",
        "<<EOF\nif a; then\n  b\nelse\n  c\nfi\nEOF",
        "<<EOF\ncase $X in\n  a|b) c;;\n  *) d;;\nesac\nEOF",
        "<<EOF\nX=1\nexport Y=2\necho $X\na\nEOF",
        "<<EOF\nEOF",
        "bash -e <<EOF\na\nb\nEOF",
        "bash -euo pipefail <<EOF\na\nb\nEOF",
        "bash -o errexit <<EOF\na\nb\nEOF",
        "cat <<EOF > /f\na\nb\nEOF",
        "<<EOF\ncat > /a <<'A'\nx\nA\ncat >> /b <<'B'\ny\nB\nEOF",
        "python3 <<EOF\na\nb\nEOF",
        "a; b",
    ] {
        unchecked(script, false);
    }
}

#[test]
fn the_shell_that_reads_a_script() {
    let with = |shell: &str| format!("FROM alpine:3.22\nSHELL {shell}\nRUN <<EOF\na\nb\nEOF\n");
    for (shell, expected) in [
        ("[\"/bin/bash\", \"-c\"]", true),
        ("[\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]", true),
        ("[\"/bin/bash\", \"-e\", \"-c\"]", false),
        ("[\"/bin/bash\", \"-ec\"]", false),
        ("[\"/bin/bash\", \"-euo\", \"pipefail\", \"-c\"]", false),
        ("[\"/bin/bash\", \"-o\", \"errexit\", \"-c\"]", false),
        ("[\"python3\", \"-c\"]", false),
        ("[\"pwsh\", \"-Command\"]", false),
    ] {
        assert_eq!(fires("unchecked-script", &with(shell)), expected, "{shell}");
    }
    // A stage has the shell of the one that it starts from.
    let inherited = "FROM alpine:3.22 AS base\nSHELL [\"/bin/bash\", \"-ec\"]\nFROM base\nRUN <<EOF\na\nb\nEOF\n";
    assert_eq!(found(inherited), [""; 0]);
    let windows = Checker::new().build(Build::new().platform("windows/amd64"));
    assert_eq!(found_by(&windows, &run("<<EOF\na\nb\nEOF")), [""; 0]);
}

#[test]
fn variables_in_exec_forms() {
    let fires = |text: &str| {
        let on_known = found(&format!("FROM alpine:3.22\n{text}\n"));
        on_known.contains(&"variable-in-exec-form")
    };
    for text in [
        "CMD [\"echo\", \"$HOME\"]",
        "CMD [\"echo\", \"Hello ${NAME}\"]",
        "CMD [\"java\", \"-jar\", \"/${APP_NAME:-app}.jar\"]",
        "ENTRYPOINT [\"app\", \"--port=$PORT\"]",
        "RUN [\"apk\", \"add\", \"$PACKAGES\"]",
        "HEALTHCHECK CMD [\"curl\", \"http://localhost:$PORT/\"]",
        "ENTRYPOINT [\"docker-entrypoint.sh\"]\nCMD [\"app\", \"$PORT\"]",
    ] {
        assert!(fires(text), "{text}");
    }
    for text in [
        "CMD [\"sh\", \"-c\", \"echo $HOME\"]",
        "CMD [\"/bin/bash\", \"-lc\", \"exec app $PORT\"]",
        "CMD [\"tini\", \"--\", \"sh\", \"-c\", \"app $PORT\"]",
        "CMD [\"/usr/bin/env\", \"bash\", \"-c\", \"app $PORT\"]",
        "CMD [\"powershell\", \"-Command\", \"$x\"]",
        "CMD [\"C:\\\\bin\\\\pwsh.exe\", \"$x\"]",
        "CMD [\"cmd\", \"/S\", \"/C\", \"$x\"]",
        "CMD [\"awk\", \"{print $NF}\"]",
        "RUN [\"envsubst\", \"$HOME\"]",
        "RUN [\"grep\", \"x$A\"]",
        "CMD [\"printf\", \"a \\\"b\\\" $HOME\\n\"]",
        "CMD [\"echo\", \"costs 5$\", \"$1\", \"$$\", \"\\\\$HOME\"]",
        "CMD echo $HOME",
        "ENTRYPOINT [\"sh\", \"-c\"]\nCMD [\"echo $HOME\"]",
        "SHELL [\"/bin/sh\", \"-c\", \"$X\"]",
    ] {
        assert!(!fires(text), "{text}");
    }
}

#[test]
fn the_entrypoint_of_a_base_that_is_not_known() {
    let cmd = "FROM example.com/base:1\nCMD [\"app\", \"$PORT\"]\n";
    assert_eq!(found(cmd), [""; 0]);
    assert_eq!(found_by(&on_empty_bases(), cmd), ["variable-in-exec-form"]);
    let entrypoint = "FROM example.com/base:1\nENTRYPOINT [\"app\", \"$PORT\"]\n";
    assert_eq!(found(entrypoint), ["variable-in-exec-form"]);
    let inherited =
        "FROM alpine:3.22 AS base\nENTRYPOINT [\"sh\", \"-c\"]\nFROM base\nCMD [\"echo $X\"]\n";
    assert_eq!(found(inherited), [""; 0]);
    let mut config = multistage::resolve::ImageConfig::default();
    config.entrypoint = Some(vec!["/bin/sh".to_owned(), "-c".to_owned()]);
    let known = Checker::new().build(Build::new().base("example.com/base:1", config));
    assert_eq!(found_by(&known, cmd), [""; 0]);
}
