//! What is reported of texts that Docker rejects, or reads otherwise than they look.

use multistage::check::Checker;
use multistage::error::EditError;
use multistage::instruction::{Instruction, Workdir};
use multistage::layout::{At, Part};
use multistage::{Parsed, literal};

fn report(text: &str) -> multistage::Report {
    Parsed::new(text).check(&Checker::new())
}

/// The rule and the line of each diagnostic.
fn places(text: &str) -> Vec<(&'static str, usize)> {
    let parsed = Parsed::new(text);
    let report = parsed.check(&Checker::new());
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let found = report.iter().map(|it| {
        let at = it.labels.first().map(|label| label.span.start);
        (it.rule.id, at.map_or(0, line))
    });
    found.collect()
}

fn help(text: &str, rule: &str) -> String {
    let report = report(text);
    let found = report.iter().find(|found| found.rule.id == rule);
    let found = found.unwrap_or_else(|| panic!("{text} has no {rule}: {report}"));
    found.help.clone().unwrap_or_default()
}

#[test]
fn every_broken_value_is_reported() {
    let text = "FROM alpine:3.22\nENV A=${B:} C=ok D=${E!x}\nLABEL F=${G:%x} H=${\nWORKDIR ${I\nCOPY ${J:} ${K!} /x\nUSER 1\n";
    let expected = [2, 2, 3, 3, 4, 5, 5].map(|line| ("failing-expansion", line));
    assert_eq!(places(text), expected);
}

#[test]
fn warnings_are_reported_beside_what_docker_rejects() {
    let text = "FROM alpine:3.22 AS Tools\nMAINTAINER ann\nENV A b\nEXPOSE 80/TCP\nUSER\nFROM Tools\nUSER 1\n";
    let found = places(text);
    for expected in [
        ("uppercase-stage-name", 1),
        ("deprecated-maintainer", 2),
        ("legacy-key-value", 3),
        ("uppercase-port-protocol", 4),
        ("malformed-instruction", 5),
        ("malformed-image", 6),
    ] {
        assert!(found.contains(&expected), "{expected:?} of {found:?}");
    }
    let lines: Vec<usize> = found.iter().map(|(_, line)| *line).collect();
    assert!(lines.is_sorted(), "{found:?}");
}

/// What is below a heredoc that an instruction does not take is rejected, and why is said once for each.
#[test]
fn a_heredoc_that_an_instruction_does_not_take() {
    for keyword in ["CMD", "entrypoint", "USER", "WORKDIR"] {
        let text = format!("FROM alpine:3.22\n{keyword} <<END\nset -e\nserve\nEND\n");
        let report = report(&text);
        let helps = report.errors().filter_map(|found| found.help.as_deref());
        let expected = format!(
            "{} takes no heredoc, so Docker reads the lines below its `<<END` as instructions: RUN, COPY and ADD take one",
            keyword.to_uppercase()
        );
        assert_eq!(
            helps.filter(|help| *help == expected).count(),
            3,
            "{report}"
        );
    }
    // Without the end of a heredoc below, the lines are simply wrong.
    let text = "FROM alpine:3.22\nCMD <<END\nset -e\nserve\n";
    assert!(!report(text).to_string().contains("takes no heredoc"));
    // What is below the end is not explained by it.
    let text = "FROM alpine:3.22\nCMD <<END\nset -e\nEND\nserve\n";
    let count = report(text).to_string().matches("takes no heredoc").count();
    assert_eq!(count, 2);
    // A heredoc that is taken.
    assert_eq!(
        places("FROM alpine:3.22\nRUN <<END\nset -e\nEND\nUSER 1\n"),
        []
    );
}

#[test]
fn helps_say_what_docker_does() {
    let text = "FROM alpine:3.22 AS a\nARG TAG=1\nFROM a:$TAG\nUSER 1\n";
    assert_eq!(
        help(text, "undefined-arg-in-from"),
        "an ARG below FROM belongs to its stage: write `ARG TAG` above the first FROM"
    );
    let text = "FROM scratch\nCOPY <<END /etc/environment\nLANG=$LOCALE\nEND\n";
    assert!(help(text, "undefined-variable").contains("quote the delimiter"));
    let text = "FROM alpine:3.22\nRUN --mount=type=secret,src=/run/s,id=s,required true\nUSER 1\n";
    let report = report(text).to_string();
    assert!(
        report.contains("a secret has both `id` and `source`"),
        "{report}"
    );
    assert!(report.contains("give one of them"), "{report}");
}

#[test]
fn a_change_that_does_not_fit_says_which() {
    let parsed = Parsed::new("FROM alpine:3.22\nWORKDIR \"/a b\"\nENV A=b C=d\n");
    let mut edited = parsed.file().clone();
    // Two changes, of which one place is asked for.
    let steps = edited.stages_mut()[0].steps_mut();
    *steps[0].instruction_mut() = Workdir::new("/c").into();
    if let Instruction::Env(env) = steps[1].instruction_mut() {
        env.pairs[1].value = literal("other");
    }
    let error = parsed.replace(At::Step { stage: 0, step: 0 }, Part::Argument(0), &edited);
    let Err(EditError::NotLocal(change)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(change.at(), At::Step { stage: 0, step: 1 });
    let message = EditError::NotLocal(change).to_string();
    assert!(
        message.starts_with("the change cannot be made in this place alone: ")
            && message.contains("would be `C=d`, not `C=other`")
            && message.ends_with("; render the edited file instead"),
        "{message}"
    );
}
