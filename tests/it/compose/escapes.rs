//! Files with different escape characters: what a shell gets stays the same.

use multistage::Dockerfile;
use multistage::instruction::{Command, Instruction};

fn parse(text: &str) -> Dockerfile {
    Dockerfile::parse(text).expect("it is read")
}

/// The text that BuildKit hands to the shell of each RUN, of a text that is read as it is.
fn joined(text: &str) -> Vec<String> {
    let escape = if text.starts_with("# escape=`") {
        '`'
    } else {
        '\\'
    };
    let mut commands = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        let (line, goes_on) = match line.strip_suffix(escape) {
            Some(line) => (line, true),
            None => (line, false),
        };
        match (&mut open, line.strip_prefix("RUN ")) {
            (Some(command), _) => command.push_str(line),
            (None, Some(command)) => open = Some(command.to_owned()),
            (None, None) => continue,
        }
        if !goes_on {
            commands.extend(open.take());
        }
    }
    commands
}

/// A command with each run of spaces outside of quotes as one; `escape`: what escapes a quote in it.
fn without_indentation(command: &str, escape: char) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, ' ') if out.ends_with(' ') => continue,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (Some('\''), _) => {}
            (_, c) if c == escape => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

const BACKTICKS: [&str; 5] = [
    "RUN echo \"a\\\" `\n  b \" `\n  c\n",
    "RUN echo \"C:\\\" `\n  && echo d\n",
    "RUN echo \"a`\" `\n   b\" `\n c\n",
    "RUN a \"x `\n    y\\\" `\n    z\" `\n    && w\n",
    "RUN 'a\\' `\n  b `\n  'c `\n  d'\n",
];

#[test]
fn merging_keeps_what_a_shell_gets() {
    for command in BACKTICKS {
        for (here, there, escape) in [
            (
                "FROM a\n".to_owned(),
                format!("# escape=`\nFROM b\n{command}"),
                '`',
            ),
            (
                "# escape=`\nFROM a\n".to_owned(),
                format!(
                    "FROM b\n{}",
                    command.replace(['\\', '`'], "\u{1}").replace('\u{1}', "\\")
                ),
                '\\',
            ),
        ] {
            let Ok(other) = Dockerfile::parse(&there) else {
                continue;
            };
            let mut file = parse(&here);
            file.merge(other).expect("it can be merged");
            let written = file
                .render()
                .unwrap_or_else(|report| panic!("{there}\n{report}"));
            let before = without_indentation(&joined(&there)[0], escape);
            let after = without_indentation(&joined(&written)[0], escape);
            assert_eq!(before, after, "{there}\n{written}");
            // What is read of it is the model, and stays as it is.
            let again = parse(&written);
            assert_eq!(again, file, "{written}");
            assert_eq!(again.render().expect("it is right"), written);
        }
    }
}

#[test]
fn a_stage_that_moves_keeps_what_a_shell_gets() {
    for command in BACKTICKS {
        let there = format!("# escape=`\nFROM b\n{command}");
        let mut file = Dockerfile::new();
        file.push(parse(&there).stages()[0].clone());
        let written = file
            .render()
            .unwrap_or_else(|report| panic!("{there}\n{report}"));
        let before = without_indentation(&joined(&there)[0], '`');
        assert_eq!(
            before,
            without_indentation(&joined(&written)[0], '`'),
            "{written}"
        );
    }
}

#[test]
fn the_escape_that_lines_were_read_with_is_no_part_of_them() {
    let read = parse("# escape=`\nFROM a\nRUN b `\n  c\n");
    let Instruction::Run(run) = read.stages()[0].steps()[0].instruction() else {
        panic!("it is a RUN");
    };
    assert_eq!(run.command, Command::lines(["b", "c"]));
}
