//! The example `devcontainer`: a stage on top of somebody's file, which else stays as it was.

use std::path::PathBuf;

use insta::assert_snapshot;
use multistage::Dockerfile;

#[path = "../../examples/devcontainer.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "what runs as a program does not here"
)]
mod program;

fn with_dev_stage(text: &str) -> String {
    program::with_dev_stage("Dockerfile", text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn directives_names_and_users() {
    let text = "\
# syntax=docker/dockerfile:1
# escape=`
from debian:12 as Base
copy --from=busybox /a /b
from base as APP
RUN a; `
  # why
  b
USER jo
FROM alpine as devcontainer
FROM   app
user ${NAME:-jim}
CMD [\"c\"]
";
    let text = with_dev_stage(text);
    assert_snapshot!(text, @r#"
    # syntax=docker/dockerfile:1
    # escape=`
    from debian:12 as Base
    copy --from=busybox /a /b
    from base as APP
    RUN a; `
      # why
      b
    USER jo
    FROM alpine as devcontainer
    FROM   app AS devcontainer-base
    user ${NAME:-jim}
    CMD ["c"]

    # Added for development; the stages above are as they were.
    FROM devcontainer-base AS devcontainer-2
    USER root
    # fragment tools
    RUN apt-get update `
        && apt-get install -y --no-install-recommends `
            git `
            less `
            openssh-client `
            procps `
        && rm -rf /var/lib/apt/lists/*
    # end of fragment tools
    USER ${NAME:-jim}
    CMD ["sleep", "infinity"]
    "#);
}

/// Text that looks like a FROM, and the other escape character.
#[test]
fn text_in_a_heredoc_is_no_stage() {
    let text = "\
# escape=`
FROM postgres:17
RUN <<EOF
psql --command \"SELECT name
FROM users WHERE active\"
EOF
";
    assert_snapshot!(with_dev_stage(text), @r#"
    # escape=`
    FROM postgres:17 AS devcontainer-base
    RUN <<EOF
    psql --command "SELECT name
    FROM users WHERE active"
    EOF

    # Added for development; the stages above are as they were.
    FROM devcontainer-base AS devcontainer
    # fragment tools
    RUN apt-get update `
        && apt-get install -y --no-install-recommends `
            git `
            less `
            openssh-client `
            procps `
        && rm -rf /var/lib/apt/lists/*
    # end of fragment tools
    CMD ["sleep", "infinity"]
    "#);
}

#[test]
fn a_name_that_is_there_stays() {
    let text = "FROM alpine AS prod\nONBUILD COPY --from=prod /a /b\n";
    let after = with_dev_stage(text);
    assert!(after.starts_with(text), "{after}");
    assert!(after.contains("FROM prod AS devcontainer\n"), "{after}");
}

#[test]
fn what_docker_would_reject_is_not_edited() {
    let error = program::with_dev_stage("web/Dockerfile", "FROM alpine\nRUM make\n");
    let error = error.expect_err("there is no such instruction");
    let shown = error.to_string().replace("web/", "");
    let source = include_str!("../../examples/devcontainer.rs");
    crate::generators::is_in_the_documentation(&shown, source);
    assert_snapshot!(error.to_string(), @r#"
    error[unknown-instruction]: unknown instruction `RUM`
     --> web/Dockerfile:2:1
      |
    2 | RUM make
      | ^^^
      = help: did you mean `RUN`?
    "#);
}

#[test]
fn files_of_others() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let mut count = 0;
    let mut changed = 0;
    for entry in std::fs::read_dir(folder).expect("it can be listed") {
        let bytes = std::fs::read(entry.expect("it can be listed").path()).expect("it can be read");
        let text = String::from_utf8_lossy(&bytes);
        let Ok(before) = Dockerfile::parse(&text) else {
            continue;
        };
        if before.render().is_err() {
            continue;
        }
        let after = with_dev_stage(&text);
        // Every line of theirs is there, but for the name, a last line that goes on nowhere, and comments at the end,
        // which are those of the new stage now.
        let lines = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            lines.map(str::to_owned).collect()
        };
        let unnamed = after.replacen(" AS devcontainer-base", "", 1);
        let unnamed = unnamed.replacen(" as devcontainer-base", "", 1);
        changed += usize::from(!lines(&unnamed).starts_with(&lines(&text)));
        let after = Dockerfile::parse(&after).expect("it is read again");
        assert_eq!(after.stages().len(), before.stages().len() + 1);
        count += 1;
    }
    assert!(count > 500, "{count}");
    assert!(changed <= 5, "{changed}");
}
