//! A string is data: whatever it holds, it comes out of the text as that string, or the file is rejected.
//!
//! Every field of [`fields`] meets every kind of string, under both escape characters, by itself and inside of
//! ONBUILD; what was rendered is read back by a reader that shares nothing with the crate.

use std::cell::Cell;

use multistage::{
    ArgName, Dockerfile, Escape, Report, Stage, StageName, Step, Text, expr, instruction as i,
    literal,
    text::{Piece, Variable},
};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::fields::{Field, Found, Put, fields};
use crate::{cases, hostile, outside, spec};

/// A string in a field.
#[derive(Debug, Clone)]
struct Case {
    kind: Kind,
    text: String,
    /// The directive, if there is one.
    escape: Option<Escape>,
    /// Whether the instruction is inside of ONBUILD.
    trigger: bool,
}

/// As what a string is given to a field that Docker expands; others take it as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Literal,
    Plain,
    Expression,
}

#[test]
fn pairs_and_arguments() {
    hold(&["ENV", "LABEL", "ARG"]);
}

#[test]
fn commands() {
    hold(&["CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL"]);
}

#[test]
fn runs() {
    hold(&["RUN"]);
}

#[test]
fn rest_of_line() {
    hold(&[
        "USER",
        "WORKDIR",
        "STOPSIGNAL",
        "MAINTAINER",
        "EXPOSE",
        "VOLUME",
    ]);
}

#[test]
fn copies() {
    hold(&["COPY", "ADD"]);
}

#[test]
fn bases_and_comments() {
    hold(&["FROM", "#"]);
}

#[test]
fn every_row_is_tried() {
    let tried = [
        "ENV",
        "LABEL",
        "ARG",
        "CMD",
        "ENTRYPOINT",
        "HEALTHCHECK",
        "SHELL",
        "RUN",
        "USER",
        "WORKDIR",
        "STOPSIGNAL",
        "MAINTAINER",
        "EXPOSE",
        "VOLUME",
        "COPY",
        "ADD",
        "FROM",
        "#",
    ];
    for field in fields() {
        assert!(
            tried.contains(&field.keyword()),
            "{} is in no test",
            field.name
        );
    }
}

/// The fields of some keywords against strings of every kind.
#[track_caller]
fn hold(keywords: &[&str]) {
    let mut failures = Vec::new();
    for field in fields() {
        if !keywords.contains(&field.keyword()) {
            continue;
        }
        if let Err(failure) = plain_words_are_taken(&field) {
            failures.push(failure);
        }
        let triggers: &[bool] = if field.can_be_trigger() {
            &[false, true]
        } else {
            &[false]
        };
        for trigger in triggers {
            if let Err(failure) = try_field(&field, *trigger) {
                failures.push(failure);
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

fn try_field(field: &Field, trigger: bool) -> Result<(), String> {
    let escape = prop_oneof![
        3 => Just(None),
        1 => Just(Some(Escape::Backslash)),
        3 => Just(Some(Escape::Backtick)),
    ];
    let text = if field.expands() {
        let kinds = prop_oneof![2 => Just(Kind::Literal), 1 => Just(Kind::Plain)];
        let strings = (kinds, hostile::strings(field.plain));
        let expressions = (Just(Kind::Expression), hostile::expressions(field.plain));
        prop_oneof![strings, expressions].boxed()
    } else {
        (Just(Kind::Literal), hostile::strings(field.plain)).boxed()
    };
    let cases = (text, escape).prop_map(move |((kind, text), escape)| Case {
        kind,
        text,
        escape,
        trigger,
    });
    let config = cases::many();
    let count = config.cases;
    let accepted = Cell::new(0_u32);
    let outcome = TestRunner::new(config).run(&cases, |case| {
        let taken = check(field, &case).map_err(TestCaseError::fail)?;
        accepted.set(accepted.get() + u32::from(taken));
        Ok(())
    });
    let name = if trigger {
        format!("ONBUILD {}", field.name)
    } else {
        field.name.to_owned()
    };
    outcome.map_err(|error| format!("{name}: {error}"))?;
    // Not for the sake of the promise, but of the test: refusing everything would keep it.
    if count >= 200 && accepted.get() < count / 64 {
        return Err(format!(
            "{name}: only {} of {count} strings are taken",
            accepted.get()
        ));
    }
    Ok(())
}

fn plain_words_are_taken(field: &Field) -> Result<(), String> {
    for text in field.plain {
        for escape in [None, Some(Escape::Backslash), Some(Escape::Backtick)] {
            for kind in [Kind::Literal, Kind::Plain, Kind::Expression] {
                let case = Case {
                    kind,
                    text: (*text).to_owned(),
                    escape,
                    trigger: false,
                };
                match check(field, &case) {
                    Ok(true) => {}
                    Ok(false) => return Err(format!("{}: {case:?} is rejected", field.name)),
                    Err(error) => return Err(format!("{}: {case:?}: {error}", field.name)),
                }
            }
        }
    }
    Ok(())
}

/// Whether the case is taken; an error if it does not come out as it went in.
fn check(field: &Field, case: &Case) -> Result<bool, String> {
    let text = match case.kind {
        Kind::Literal => literal(&case.text),
        Kind::Plain => Text::from(&case.text),
        Kind::Expression => expr(&case.text),
    };
    let (file, instruction) = build(field, case, &text);
    let escape = case.escape.unwrap_or_default();
    match file.render() {
        Err(report) => {
            let has_to = case.kind == Kind::Literal
                && case.text.len() < 10_000
                && !(case.trigger && escape == Escape::Backtick)
                && (field.holds)(&case.text, escape);
            refused(&report)?;
            if has_to {
                Err(format!("refused:\n{}", report.without_origins()))
            } else {
                Ok(false)
            }
        }
        Ok(rendered) => {
            let wrong = |error: String| format!("{error}\nin the file\n{rendered}");
            let read = spec::read(&rendered).map_err(wrong)?;
            same_shape(&file, case, &read).map_err(wrong)?;
            let it = find(field, &read).map_err(wrong)?;
            let it = if case.trigger {
                it.trigger().map_err(wrong)?
            } else {
                it.clone()
            };
            let found = (field.get)(&it, &read).map_err(wrong)?;
            let expected = expected(field, case, &text, instruction.as_ref(), it.escape)?;
            compare(&found, &expected, it.escape).map_err(wrong)?;
            outside::sample(
                field.name,
                case.trigger,
                &file,
                &rendered,
                &found_text(&found),
                || meant(&expected),
            );
            // Docker rejects a flag that it does not know, so reading does too.
            if field.name.contains("other flag") {
                return Ok(true);
            }
            match Dockerfile::parse(&rendered) {
                Ok(again) if again == file => {}
                // Of such a comment, reading makes the description that it is to Docker.
                Ok(_) if has_accidental_description(&file) => {}
                Ok(again) => {
                    return Err(wrong(format!("parsed   {again:#?}\nnot      {file:#?}")));
                }
                Err(report) => return Err(wrong(format!("not parsed: {report}"))),
            }
            Ok(true)
        }
    }
}

fn has_accidental_description(file: &Dockerfile) -> bool {
    let report = file.check();
    report
        .iter()
        .any(|found| found.rule.id == "accidental-description")
}

/// A refusal says what is wrong, and can be drawn.
fn refused(report: &Report) -> Result<(), String> {
    if !report.has_errors() || report.to_string().is_empty() {
        return Err("rejected without an error".to_owned());
    }
    Ok(())
}

/// The file with the text in the field, and the instruction that holds it where that is a step.
fn build(field: &Field, case: &Case, text: &Text) -> (Dockerfile, Option<i::Instruction>) {
    let mut file = Dockerfile::new();
    let instruction = match field.put {
        Put::Plain(put) => put(&case.text),
        Put::Text(put) => put(text.clone()),
        Put::Context(put) => put(file.context(&case.text)),
        Put::Stage(put) => put(file.stage(StageName::new(&case.text), Stage::new("zz:0"))),
        Put::File(put) => {
            let mut file = put(&case.text);
            set_escape(&mut file, case.escape);
            return (file, None);
        }
        Put::FileText(put) => {
            let mut file = put(text.clone());
            set_escape(&mut file, case.escape);
            return (file, None);
        }
    };
    set_escape(&mut file, case.escape);
    let step: i::Instruction = if case.trigger {
        i::Onbuild::new(instruction.clone()).into()
    } else {
        instruction.clone()
    };
    let stage = Stage::new("zz:1")
        .comment("above the first")
        .run("before")
        .instruction(Step::from(step).comment("above it"))
        .comment("above the last")
        .run("after");
    file.push(stage);
    // A command is made for the shell that runs it, which the file decides.
    let stages = file.stages().iter();
    let step = stages
        .last()
        .and_then(|stage| stage.steps().iter().rev().nth(1));
    let placed = match step.map(Step::instruction) {
        Some(i::Instruction::Onbuild(onbuild)) if case.trigger => onbuild.instruction().cloned(),
        placed => placed.cloned(),
    };
    (file, placed.or(Some(instruction)))
}

fn set_escape(file: &mut Dockerfile, escape: Option<Escape>) {
    if let Some(escape) = escape {
        file.set_escape(escape);
    }
}

/// The instruction that holds the field: a step is the last but one.
fn find<'f>(field: &Field, file: &'f spec::File) -> Result<&'f spec::Instruction, String> {
    let mut all = file.instructions.iter();
    let found = match field.put {
        Put::File(_) | Put::FileText(_) if field.keyword() == "#" => all.next(),
        Put::File(_) | Put::FileText(_) => all.find(|it| it.keyword == field.keyword()),
        _ => all.nth_back(1),
    };
    found.ok_or_else(|| "the instruction is gone".to_owned())
}

/// As many instructions, directives and comments as the model has, and the same.
fn same_shape(file: &Dockerfile, case: &Case, read: &spec::File) -> Result<(), String> {
    let mut directives = Vec::new();
    directives.extend(
        file.syntax()
            .map(|value| ("syntax".to_owned(), value.to_owned())),
    );
    directives.extend(
        case.escape
            .map(|value| ("escape".to_owned(), value.to_string())),
    );
    directives.extend(
        file.check_directive()
            .map(|value| ("check".to_owned(), value.to_string())),
    );
    if read.directives != directives {
        return Err(format!("the directives are {:?}", read.directives));
    }
    let meant = outside::instructions(file);
    let keywords = |list: Vec<&str>| list.join(" ");
    let found = keywords(
        read.instructions
            .iter()
            .map(|it| it.keyword.as_str())
            .collect(),
    );
    let expected = keywords(meant.iter().map(|it| it.keyword).collect());
    if found != expected {
        return Err(format!("the instructions are {found}, not {expected}"));
    }
    for (read, meant) in read.instructions.iter().zip(&meant) {
        if read.comments != meant.comments {
            return Err(format!(
                "the comments of {} are {:?}, not {:?}",
                meant.keyword, read.comments, meant.comments
            ));
        }
    }
    Ok(())
}

/// What has to come out.
enum Expected {
    Text(String),
    Pieces(Vec<spec::Piece>),
}

fn expected(
    field: &Field,
    case: &Case,
    text: &Text,
    instruction: Option<&i::Instruction>,
    escape: char,
) -> Result<Expected, String> {
    if let Some(shell) = instruction.and_then(shell_text) {
        if shell.lines().count() > 1 {
            keeps_everything(&case.text, shell)?;
            return Ok(Expected::Text(joined(shell, escape)));
        }
    }
    if !field.expands() || case.kind != Kind::Expression {
        return Ok(Expected::Text((field.becomes)(&case.text)));
    }
    let mut pieces = pieces(&text.pieces());
    understood(&case.text, &pieces)?;
    let end = (field.becomes)("x") == "x\n"
        && !matches!(pieces.last(), Some(spec::Piece::Literal(end)) if end.ends_with('\n'));
    // The body of an inline file ends in a newline.
    if end && !pieces.is_empty() {
        push_literal(&mut pieces, "\n");
    }
    Ok(Expected::Pieces(pieces))
}

fn compare(found: &Found, expected: &Expected, escape: char) -> Result<(), String> {
    let lexed = match found {
        Found::Exact(_) => None,
        Found::Word(word) => Some(spec::lex(word, escape)?),
        Found::Body(body) => Some(spec::lex_body(body)?),
    };
    match (expected, lexed) {
        (Expected::Text(expected), None) => same(found_text(found).as_str(), expected),
        (Expected::Text(expected), Some(pieces)) => match pieces.as_slice() {
            [] => same("", expected),
            [spec::Piece::Literal(text)] => same(text, expected),
            _ => Err(format!("a variable in {pieces:?}")),
        },
        (Expected::Pieces(expected), None) => match expected.as_slice() {
            [] => same(found_text(found).as_str(), ""),
            [spec::Piece::Literal(text)] => same(found_text(found).as_str(), text),
            _ => Err("nothing is expanded".to_owned()),
        },
        (Expected::Pieces(expected), Some(pieces)) => same_meaning(&pieces, expected),
    }
}

fn found_text(found: &Found) -> String {
    match found {
        Found::Exact(text) | Found::Word(text) | Found::Body(text) => text.clone(),
    }
}

fn meant(expected: &Expected) -> Result<String, Vec<Option<String>>> {
    match expected {
        Expected::Text(text) => Ok(text.clone()),
        Expected::Pieces(pieces) => Err(values(pieces)),
    }
}

fn same(found: &str, expected: &str) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("found    {found:?}\nexpected {expected:?}"))
    }
}

// Expressions.

/// The same pieces, or at least the same values under every environment.
fn same_meaning(found: &[spec::Piece], expected: &[spec::Piece]) -> Result<(), String> {
    if found == expected || values(found) == values(expected) {
        return Ok(());
    }
    Err(format!(
        "found    {found:?}\nexpected {expected:?}\n{:?}\n{:?}",
        values(found),
        values(expected)
    ))
}

/// The variables that the strings use, under several environments.
pub(crate) const ENVIRONMENTS: &[&[(&str, &str)]] = &[
    &[("V", "foobarbaz"), ("N", ""), ("W", "a \"b\" '$V' \\*?`")],
    &[("V", ""), ("U", "foo/zoo")],
    &[("V", "*o?"), ("N", "x}y"), ("W", "\\\\"), ("U", "#a%")],
];

fn values(pieces: &[spec::Piece]) -> Vec<Option<String>> {
    let value = |environment: &[(&str, &str)]| {
        let get = |name: &str| {
            environment
                .iter()
                .find(|(other, _)| *other == name)
                .map(|(_, value)| (*value).to_owned())
        };
        spec::eval_pieces(pieces, &get).ok()
    };
    ENVIRONMENTS
        .iter()
        .map(|environment| value(environment))
        .collect()
}

/// The pieces of a text as the reader would have them.
fn pieces(of: &[Piece]) -> Vec<spec::Piece> {
    let mut out = Vec::new();
    for piece in of {
        match piece {
            Piece::Literal(text) => push_literal(&mut out, text.as_str()),
            Piece::Variable(variable) => out.push(spec::Piece::Variable {
                name: variable.name().to_owned(),
                modifier: modifier(variable),
            }),
            _ => {}
        }
    }
    out
}

fn modifier(variable: &Variable) -> Option<(String, Vec<Vec<spec::Piece>>)> {
    let modifier = variable.modifier()?;
    let mut operands = vec![pieces(modifier.operand())];
    if modifier.operator().takes_replacement() {
        operands.push(pieces(modifier.replacement()));
    }
    Some((modifier.operator().as_str().to_owned(), operands))
}

fn push_literal(out: &mut Vec<spec::Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(spec::Piece::Literal(last)) => last.push_str(text),
        _ => out.push(spec::Piece::Literal(text.to_owned())),
    }
}

/// An expression means what Docker's lexer makes of it where quotes and backslashes are data: that of heredoc
/// bodies, with every backslash doubled. In patterns backslashes are alive, so those are left out.
fn understood(text: &str, pieces: &[spec::Piece]) -> Result<(), String> {
    let escaped = text.replace('\\', "\\\\");
    // A byte order mark at the beginning would be dropped.
    let Ok(mut read) = spec::lex_body(&format!("x{escaped}")) else {
        return if pieces.is_empty() || text.contains('\\') {
            Ok(())
        } else {
            Err(format!("{text:?} is not a valid expression"))
        };
    };
    if let Some(spec::Piece::Literal(first)) = read.first_mut() {
        first.remove(0);
        if first.is_empty() {
            read.remove(0);
        }
    }
    if read == pieces || text.contains('\\') || (pieces.is_empty() && !text.is_empty()) {
        return Ok(());
    }
    same_meaning(pieces, &read)
}

// Shell text of several lines.

fn shell_text(instruction: &i::Instruction) -> Option<&i::ShellText> {
    let command = match instruction {
        i::Instruction::Run(it) => &it.command,
        i::Instruction::Cmd(it) => &it.command,
        i::Instruction::Entrypoint(it) => &it.command,
        i::Instruction::Healthcheck(it) => it.command.as_ref()?,
        _ => return None,
    };
    match command {
        i::Command::Shell(shell) => Some(shell),
        _ => None,
    }
}

/// The model has everything but spaces at the ends of lines.
fn keeps_everything(text: &str, shell: &i::ShellText) -> Result<(), String> {
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    let model: String = shell.lines().map(dense).collect();
    // In a chain, a line that ends in the escape character of a shell goes on.
    let joined = text
        .replace("\\\n", "")
        .replace("`\n", "")
        .replace("^\n", "");
    if model.contains(&dense(text)) || model.contains(&dense(&joined)) {
        Ok(())
    } else {
        Err(format!("the model has {model:?}"))
    }
}

/// The lines with a space and the indentation between them, but nothing inside of quotes.
fn joined(shell: &i::ShellText, escape: char) -> String {
    let mut out = String::new();
    let mut open = None;
    for (n, line) in shell.lines().enumerate() {
        if n > 0 && open.is_none() {
            out.push_str("     ");
        }
        out.push_str(line);
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match open {
                Some(quote) if c == quote => open = None,
                Some('\'') => {}
                _ if c == escape => _ = chars.next(),
                None if matches!(c, '\'' | '"') => open = Some(c),
                _ => {}
            }
        }
    }
    out
}

/// Texts around the longest that a line can hold, plain and where each character is quoted.
#[test]
fn lines_up_to_the_limit() {
    let mut failures = Vec::new();
    for field in fields() {
        let mut taken = |c: &str, length: usize| {
            let case = Case {
                kind: Kind::Literal,
                text: c.repeat(length),
                escape: None,
                trigger: false,
            };
            check(&field, &case).unwrap_or_else(|error| {
                let error: String = error.chars().take(200).collect();
                failures.push(format!("{}: {length} of {c}: {error}", field.name));
                false
            })
        };
        // Without optimisation each of them takes its time.
        let step = if cfg!(debug_assertions) { 60 } else { 1 };
        for length in (65_360..65_540).step_by(step) {
            taken("x", length);
        }
        for (c, length) in [("\"", 32_750), ("\\", 16_350), ("é", 32_740), ("*", 13_000)] {
            taken(c, length);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A handle is not a text: what it displays as is an expression, and nothing else.
#[test]
fn handles_are_expressions() {
    let displayed = ArgName::new("A").to_string();
    assert_eq!(expr(displayed), Text::from(&ArgName::new("A")));
}
