//! The example `devcontainer`: a stage on top of somebody's file, which else stays as it was.

use std::path::PathBuf;

use insta::assert_snapshot;
use multistage::{Dockerfile, StageName};

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
FROM app
user ${NAME:-jim}
CMD [\"c\"]
";
    assert_snapshot!(with_dev_stage(text), @r#"
    # syntax=docker/dockerfile:1
    # escape=`

    FROM debian:12 AS base
    COPY --from=busybox /a /b

    FROM base AS app
    RUN a; `
        # why
        b
    USER jo

    FROM alpine AS devcontainer

    FROM app AS devcontainer-base
    USER ${NAME:-jim}
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

#[test]
fn a_name_is_replaced_and_references_follow() {
    let text = "FROM alpine AS prod\nONBUILD COPY --from=prod /a /b\n";
    let text = with_dev_stage(text);
    assert!(text.starts_with(
        "FROM alpine AS devcontainer-base\nONBUILD COPY --from=devcontainer-base /a /b\n"
    ));
}

#[test]
fn files_of_others() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS").map(PathBuf::from) else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("it can be listed") {
        let bytes = std::fs::read(entry.expect("it can be listed").path()).expect("it can be read");
        let text = String::from_utf8_lossy(&bytes);
        let Ok(mut before) = Dockerfile::parse(&text) else {
            continue;
        };
        if before.render().is_err() {
            continue;
        }
        let after = Dockerfile::parse(&with_dev_stage(&text)).expect("it is read again");
        let added = after.stages().last().expect("there is a stage");
        assert_eq!(added.base().to_string(), "devcontainer-base");
        assert_eq!(after.stages().len(), before.stages().len() + 1);
        let last = before.name_last("x").expect("there is a stage");
        let renamed = before.rename(last, StageName::new("devcontainer-base"));
        renamed.expect("it can be renamed");
        let stages = after.stages().iter().zip(before.stages());
        // A comment after the last instruction is above what follows.
        for (after, before) in stages {
            assert_eq!(after, before);
        }
        count += 1;
    }
    assert!(count > 500, "{count}");
}
