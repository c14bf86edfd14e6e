//! Triggers that are built, and texts of triggers that are held against reading them again.

use super::*;
use crate::instruction::{Arg, Cmd, Copy, Run};
use crate::render::draft;
use crate::{Dockerfile, Image, Stage, Style};

#[track_caller]
fn is_refused(escape: Escape, trigger: impl Into<Instruction>, refused: bool) {
    let mut file = Dockerfile::new();
    file.set_escape(escape);
    file.push(Stage::new("a").onbuild(trigger));
    let problems = draft(&file, Style::default()).problems;
    assert_eq!(!problems.is_empty(), refused);
}

#[test]
fn a_trigger_is_read_again_with_backslashes() {
    is_refused(Escape::Backtick, Cmd::new("dir C:\\"), true);
    is_refused(Escape::Backtick, Cmd::new("dir C:\\x"), false);
    is_refused(Escape::Backtick, Run::lines(["a", "b"]), false);
}

#[test]
fn a_number_is_no_image() {
    let copy = |image: &str| Copy::new("a", "/b").with_from(Image::new(image));
    is_refused(Escape::Backslash, copy("0"), true);
    is_refused(Escape::Backslash, copy("0:latest"), false);
}

#[test]
fn an_argument_is_not_described() {
    is_refused(Escape::Backslash, Arg::new("A"), false);
    is_refused(Escape::Backslash, Arg::new("A").describe("b"), true);
}

#[test]
fn a_trigger_is_read_again_as_one_line() {
    let long = "x".repeat(40_000);
    is_refused(Escape::Backslash, Run::lines([&long, "y"]), false);
    is_refused(Escape::Backslash, Run::lines([&long, &long]), true);
}

/// The text that a trigger keeps, against reading it again.
#[cfg(feature = "full")]
mod reading_again {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::spelling::{read_one, refer_alike};
    use super::super::{Onbuild, Spelled, Spelling, Trigger};
    use crate::instruction::{Copy, Instruction, Run};
    use crate::text::Escape;
    use crate::{Dockerfile, Parsed, Stage, StageName};

    const ESCAPES: [Escape; 2] = [Escape::Backslash, Escape::Backtick];

    /// The beginnings of triggers.
    const KEYWORDS: &[&str] = &[
        "RUN ",
        "run ",
        "Run\t",
        "COPY ",
        "copy ",
        "ADD ",
        "ENV ",
        "env ",
        "LABEL ",
        "ARG ",
        "CMD ",
        "cmd ",
        "ENTRYPOINT ",
        "EXPOSE ",
        "HEALTHCHECK ",
        "SHELL ",
        "STOPSIGNAL ",
        "USER ",
        "VOLUME ",
        "WORKDIR ",
        "workd\u{130}r ",
        "ONBUILD ",
        "FROM ",
        "MAINTAINER ",
        "NONE ",
        "",
    ];

    /// The pieces that follow.
    const PIECES: &[&str] = &[
        " ",
        "  ",
        "\t",
        "\r",
        "\u{b}",
        "\u{c}",
        "\u{a0}",
        "\u{85}",
        "a",
        "b",
        "x=y",
        "A=$B",
        "a b",
        "'",
        "\"",
        "\\",
        "\\\\",
        "`",
        "``",
        "\\\n",
        "`\n",
        "\\\n  ",
        "`\n\t",
        "\\\n# c\n",
        "`\n#\n",
        "\\\n\n",
        "$V",
        "${V:-x}",
        "${V",
        "\\$V",
        "`$V",
        "<<E",
        " <<E",
        "<<-E",
        "<<\"E\"",
        "\nb\nE\n",
        "\nE\n",
        "\n\tE\n",
        "[\"a\"]",
        "[\"a\", \"b\"]",
        "[1]",
        "[",
        "]",
        "--from=b ",
        "--from=B ",
        "--from=0 ",
        "--from=c ",
        "--from=d ",
        "--link ",
        "--x=y ",
        "--mount=type=bind,from=b,target=/x ",
        "--mount=from=0,target=/x ",
        "CMD ",
        "NONE",
        "#",
        "/x",
        "C:\\",
        "80",
        "\u{0}",
        "\u{feff}",
        "é",
    ];

    fn trigger() -> impl Strategy<Value = String> {
        let pieces = prop::collection::vec(select(PIECES), 0..6);
        let end = select(&["", "", "\nE\n", "\nbody\nE\n"][..]);
        (select(KEYWORDS), pieces, end)
            .prop_map(|(keyword, pieces, end)| format!("{keyword}{}{end}", pieces.concat()))
    }

    /// Returns `true` if the text of a trigger, read again, says what the trigger is.
    fn says_when_read(spelled: &Spelled, meant: &Instruction, escape: Escape) -> bool {
        let Some(again) = spelled.spelling.read_again(read_one, escape) else {
            return false;
        };
        let same_text = again
            .spelling
            .is_some_and(|again| again.spelling == spelled.spelling);
        let Trigger::Instruction(mut read) = again.trigger else {
            return false;
        };
        refer_alike(&mut read, meant);
        same_text && *read == *meant
    }

    /// Holds every trigger of a file against its text.
    fn hold(file: &Dockerfile, edit: &str) -> usize {
        let steps = file.stages.iter().flat_map(|stage| &stage.steps);
        let mut held = 0;
        for step in steps {
            let Instruction::Onbuild(onbuild) = step.instruction() else {
                continue;
            };
            let (Some(spelled), Some(meant)) = (&onbuild.spelling, onbuild.instruction()) else {
                continue;
            };
            for escape in ESCAPES {
                assert_eq!(
                    onbuild.spelling(escape).is_some(),
                    says_when_read(spelled, meant, escape),
                    "{edit}, {escape:?}: {spelled:?}, {meant:?}"
                );
            }
            held += 1;
        }
        held
    }

    /// Reads a file with a trigger, holds it, and holds it again after each of some edits.
    fn hold_edited(trigger: &str, escape: Escape) -> usize {
        let directive = match escape {
            Escape::Backslash => "",
            Escape::Backtick => "# escape=`\n",
        };
        let text = format!(
            "{directive}FROM a AS b\nFROM b AS c\nONBUILD {trigger}\nFROM c AS d\nCOPY --from=b x y\n"
        );
        let file = Parsed::new(&text).into_file();
        let held = hold(&file, "read");
        let mut renamed = file.clone();
        let _ = renamed.rename("b", "z");
        hold(&renamed, "renamed");
        let mut removed = file.clone();
        let _ = removed.remove("b");
        hold(&removed, "removed");
        for escape in ESCAPES {
            let mut other = file.clone();
            other.set_escape(escape);
            hold(&other, "escape");
            comes_back(&other, "escape");
            let mut merged = Dockerfile::new();
            merged.set_escape(escape);
            merged.push(Stage::new("e"));
            if merged.merge(file.clone()).is_ok() {
                hold(&merged, "merged");
                comes_back(&merged, "merged");
            }
        }
        held
    }

    /// Renders a file, and holds it against reading that again.
    fn comes_back(file: &Dockerfile, how: &str) -> Option<()> {
        let text = file.render().ok()?;
        // A line end that the trigger lost had them below it.
        let mut steps = file.stages.iter().flat_map(|stage| &stage.steps);
        if steps.any(|step| !step.inner_comments().is_empty()) {
            return None;
        }
        match Dockerfile::parse(&text) {
            Ok(again) => assert_eq!(&again, file, "{how}: {text}"),
            Err(report) => panic!("{how}: {text}{report}"),
        }
        Some(())
    }

    /// A file with a trigger that data has as text.
    fn of_data(
        trigger: &str,
        bodies: &[&str],
        breaks: &[usize],
        escape: Escape,
    ) -> Option<Dockerfile> {
        let raw = serde_json::json!({"raw": trigger, "heredoc": bodies, "breaks": breaks});
        let stages = serde_json::json!([
            {"name": "b", "from": "a"},
            {"from": "a", "steps": [{"onbuild": raw}, {"run": "x"}]},
        ]);
        let data = serde_json::json!({"escape": escape, "stages": stages});
        serde_json::from_value(data).ok()
    }

    /// The trigger of such a file.
    fn trigger_of(file: &Dockerfile) -> &Onbuild {
        match file.stages()[1].steps()[0].instruction() {
            Instruction::Onbuild(onbuild) => onbuild,
            other => panic!("{other:?}"),
        }
    }

    /// Holds the triggers of a file that data has as text against reading them again, in files
    /// with each escape character. Returns how many were rendered.
    fn hold_data(trigger: &str, bodies: &[&str], breaks: &[usize]) -> usize {
        let mut rendered = 0;
        for escape in ESCAPES {
            let Some(file) = of_data(trigger, bodies, breaks, escape) else {
                continue;
            };
            if comes_back(&file, "data").is_some() {
                // The image stores the text of the data, whatever it is found to say.
                let bodies = bodies.iter().map(|body| (*body).into()).collect();
                let spelling = Spelling {
                    text: trigger.into(),
                    breaks: breaks.to_vec(),
                    bodies,
                };
                let stored = Onbuild::raw(spelling).text(escape);
                assert_eq!(trigger_of(&file).text(escape), stored);
                rendered += 1;
            }
            for other in ESCAPES {
                let mut file = file.clone();
                file.set_escape(other);
                rendered += usize::from(comes_back(&file, "escape").is_some());
                let mut merged = Dockerfile::new();
                merged.set_escape(other);
                merged.push(Stage::new("e"));
                if merged.merge(file).is_ok() {
                    rendered += usize::from(comes_back(&merged, "merged").is_some());
                }
            }
        }
        rendered
    }

    /// A stage that comes from data or from a file with another escape character.
    #[test]
    fn a_text_in_a_stage_that_is_added() {
        for trigger in [
            "RUN x `",
            "run x",
            "COPY --from=b x y",
            "UNKNOWN \\",
            "ENV a b`c\\d",
        ] {
            for escape in ESCAPES {
                let data =
                    serde_json::json!({"from": "a", "steps": [{"onbuild": {"raw": trigger}}]});
                let stage: Stage = serde_json::from_value(data).expect("it is data");
                let mut file = Dockerfile::new();
                file.set_escape(escape);
                file.stage("b", Stage::new("a"));
                file.push(stage.clone());
                file.insert_at(0, stage);
                comes_back(&file, "pushed").expect("it is right");
                for from in ESCAPES {
                    let read = of_data(trigger, &[], &[], from).expect("it is data");
                    let mut file = Dockerfile::new();
                    file.set_escape(escape);
                    file.stage("b", Stage::new("a"));
                    file.push(read.stages()[1].clone());
                    comes_back(&file, "cloned");
                }
            }
        }
    }

    #[test]
    fn a_text_of_data_that_is_an_instruction() {
        let found = |trigger: &str, escape| {
            let file = of_data(trigger, &[], &[], escape).expect("it is data");
            trigger_of(&file).instruction().cloned()
        };
        let run = |text: &str| Some(Instruction::from(Run::new(text)));
        assert_eq!(found("RUN x `", Escape::Backslash), run("x `"));
        assert_eq!(found("RUN x `", Escape::Backtick), None);
        assert_eq!(found("RUN x \\", Escape::Backslash), run("x \\"));
        assert_eq!(found("UNKNOWN x", Escape::Backslash), None);
        let copy = |from: &str| {
            Some(Instruction::from(
                Copy::new("x", "y").with_from(StageName::new(from)),
            ))
        };
        assert_eq!(found("COPY --from=B x y", Escape::Backslash), copy("b"));
        for trigger in [
            "RUN x `",
            "RUN x \\",
            "UNKNOWN `",
            "UNKNOWN \\",
            "COPY --from=0 x y",
            " run  x ",
            "ENV a b`c\\d",
        ] {
            assert!(hold_data(trigger, &[], &[]) > 2, "{trigger}");
        }
        assert!(hold_data("RUN x  y", &[], &[5]) > 2);
    }

    #[test]
    fn triggers_that_are_spelled_their_own_way() {
        let kept = [
            "run x",
            "RUN  x",
            "RUN x\\\n  y",
            "ENV a b",
            "COPY --from=B  x y",
            "copy --from=0 x y",
            "RUN  --mount=from=b,target=/x  true",
            "run <<E\nb\nE",
            "CMD [\"a\",\"b\"]",
        ];
        for trigger in kept {
            assert_eq!(hold_edited(trigger, Escape::Backslash), 1, "{trigger}");
        }
        for trigger in ["run x", "ENV a b", "RUN x`\n  y"] {
            assert_eq!(hold_edited(trigger, Escape::Backtick), 1, "{trigger}");
        }
        assert_eq!(hold_edited("RUN x", Escape::Backslash), 0);
    }

    proptest! {
        /// A text says what reading it again finds, whatever has been edited since.
        #[test]
        fn a_text_says_what_is_read(trigger in trigger(), backtick: bool) {
            let escape = if backtick { Escape::Backtick } else { Escape::Backslash };
            hold_edited(&trigger, escape);
        }

        /// A text that data has is what reading the file finds, under every escape character.
        #[test]
        fn a_text_of_data_is_what_is_read(
            keyword in select(KEYWORDS),
            pieces in prop::collection::vec(select(PIECES), 0..6),
            bodies in prop::collection::vec(select(&["", "b\n", "E\n", "\tb\nE\n", "b"][..]), 0..2),
            breaks in prop::collection::vec(0..12_usize, 0..2),
        ) {
            hold_data(&format!("{keyword}{}", pieces.concat()), &bodies, &breaks);
        }

        /// A text is kept exactly if the writer spells the trigger otherwise and reading finds it.
        #[test]
        fn a_text_is_kept_where_it_is_read(trigger in trigger(), backtick: bool) {
            let escape = if backtick { Escape::Backtick } else { Escape::Backslash };
            let Some(read) = read_one(&format!("ONBUILD {trigger}\n"), escape) else { return Ok(()) };
            let mut settled = read.clone();
            settled.settle(escape);
            if let (Some(spelled), Some(meant)) = (&read.spelling, read.instruction()) {
                let otherwise = spelled.spelling.draft(escape).0 != read.draft(escape).0;
                let expected = otherwise && says_when_read(spelled, meant, escape);
                prop_assert_eq!(settled.spelling.is_some(), expected);
            }
        }
    }
}
