//! Findings as a report renders them.

use insta::assert_snapshot;

use super::*;
use crate::diagnostic::{Rule, Severity};

static RULE: Rule = Rule::new("some-rule", Severity::Warning, "");

fn label(span: Range<usize>, text: &str) -> Label {
    Label {
        span,
        text: text.to_owned(),
    }
}

fn found(labels: Vec<Label>) -> Diagnostic {
    Diagnostic {
        rule: &RULE,
        severity: RULE.severity,
        message: "a message".to_owned(),
        labels,
        help: None,
        suggestion: None,
        origin: None,
        fragment: None,
    }
}

fn drawn(text: &str, labels: Vec<Label>) -> String {
    Report::new(text.to_owned(), vec![found(labels)]).to_string()
}

/// A label on the first place where a text is.
fn on(text: &str, marked: &str) -> Vec<Label> {
    let start = text.find(marked).unwrap_or_default();
    vec![label(start..start + marked.len(), "here")]
}

#[test]
fn several_labels() {
    let text = "one two three\nfour five\nsix\nseven\n";
    let labels = vec![
        label(24..27, "foremost"),
        label(14..18, "above it"),
        label(28..33, "below it"),
        label(4..7, "twice"),
        label(8..13, "in one line"),
    ];
    assert_snapshot!(drawn(text, labels), @r"
    warning[some-rule]: a message
     --> Dockerfile:3:1
      |
    1 | one two three
      |     --- twice
      |         ----- in one line
    2 | four five
      | ---- above it
    3 | six
      | ^^^ foremost
    4 | seven
      | ----- below it
    ");
}

#[test]
fn lines_between() {
    let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n";
    let labels = vec![label(0..1, "first"), label(4..5, ""), label(18..20, "last")];
    assert_snapshot!(drawn(text, labels), @r"
    warning[some-rule]: a message
      --> Dockerfile:1:1
       |
     1 | 1
       | ^ first
      ...
     3 | 3
       | -
      ...
    10 | 10
       | -- last
    ");
}

#[test]
fn wide_and_combining_characters() {
    let text = "ENV 名=\u{1f600} e\u{301}=x\n";
    assert_snapshot!(drawn(text, on(text, "名")), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:5
      |
    1 | ENV 名=😀 é=x
      |     ^^ here
    ");
    assert_snapshot!(drawn(text, on(text, "\u{1f600}")), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:7
      |
    1 | ENV 名=😀 é=x
      |        ^^ here
    ");
    assert_snapshot!(drawn(text, on(text, "e\u{301}")), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:9
      |
    1 | ENV 名=😀 é=x
      |           ^ here
    ");
    assert_snapshot!(drawn(text, on(text, "x")), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:12
      |
    1 | ENV 名=😀 é=x
      |             ^ here
    ");
}

#[test]
fn pictures_that_are_wide_by_themselves() {
    let text = "RUN echo ✅ ok\n";
    assert_snapshot!(drawn(text, on(text, "ok")), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:12
      |
    1 | RUN echo ✅ ok
      |             ^^ here
    ");
}

/// Colours are added to the plain report and change nothing else of it.
#[test]
fn colours() {
    let text = "one two\n\nthree\n";
    let mut found = found(vec![label(4..7, "first"), label(9..14, "")]);
    found.help = Some("a help\nof two lines".to_owned());
    let report = Report::new(text.to_owned(), vec![found]);
    let colored = report.colored().to_string();
    assert_eq!(
        colored,
        "\u{1b}[1;33mwarning[some-rule]\u{1b}[0m: \u{1b}[1ma message\u{1b}[0m\n \
         \u{1b}[1;34m-->\u{1b}[0m Dockerfile:1:5\n  \
         \u{1b}[1;34m|\u{1b}[0m\n\
         \u{1b}[1;34m1\u{1b}[0m \u{1b}[1;34m|\u{1b}[0m one two\n  \
         \u{1b}[1;34m|\u{1b}[0m     \u{1b}[1;33m^^^ first\u{1b}[0m\n \
         \u{1b}[1;34m...\u{1b}[0m\n\
         \u{1b}[1;34m3\u{1b}[0m \u{1b}[1;34m|\u{1b}[0m three\n  \
         \u{1b}[1;34m|\u{1b}[0m \u{1b}[1;34m-----\u{1b}[0m\n  \
         \u{1b}[1;34m= help:\u{1b}[0m a help\n  \
         \u{1b}[1;34m       \u{1b}[0m of two lines\n"
    );
    let mut plain = colored;
    for code in ["0", "1", "1;31", "1;33", "1;34"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, report.to_string());
}

#[test]
fn hidden_characters() {
    let text = "a\tb\u{1b}[31mc\u{202e}d\u{feff}\r\n";
    assert_snapshot!(drawn(text, on(text, "\u{1b}")), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:4
      |
    1 | a b\u{1b}[31mc\u{202e}d\u{feff}
      |    ^^^^^^ here
    ");
    assert_snapshot!(drawn(text, on(text, "d")), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:11
      |
    1 | a b\u{1b}[31mc\u{202e}d\u{feff}
      |                       ^ here
    ");
}

#[test]
fn line_ends() {
    let text = "ab\r\n\r\ncd\r\n";
    assert_snapshot!(drawn(text, vec![label(2..4, "end of a line")]), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:3
      |
    1 | ab
      |   ^ end of a line
    ");
    assert_snapshot!(drawn(text, vec![label(4..4, "empty line")]), @r"
    warning[some-rule]: a message
     --> Dockerfile:2:1
      |
    2 |
      | ^ empty line
    ");
    assert_snapshot!(drawn(text, vec![label(0..text.len(), "all of it")]), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:1
      |
    1 | ab
      | ^^ all of it
    ");
    assert_snapshot!(drawn(text, vec![label(10..10, "end of the text")]), @r"
    warning[some-rule]: a message
     --> Dockerfile:4:1
      |
    4 |
      | ^ end of the text
    ");
    assert_snapshot!(drawn(text, vec![label(90..99, "after it")]), @r"
    warning[some-rule]: a message
     --> Dockerfile:4:1
      |
    4 |
      | ^ after it
    ");
    assert_snapshot!(drawn("", vec![label(0..0, "nothing")]), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:1
      |
    1 |
      | ^ nothing
    ");
}

#[test]
fn long_lines() {
    let text = format!("{}[é]{}\n", "<".repeat(500), ">".repeat(500));
    let first = vec![label(0..3, "at the start")];
    assert_snapshot!(drawn(&text, first), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:1
      |
    1 | <<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<…
      | ^^^ at the start
    ");
    assert_snapshot!(drawn(&text, on(&text, "é")), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:502
      |
    1 | …<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<[é]>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>…
      |                                                    ^ here
    ");
    let two = vec![label(500..504, "middle"), label(1000..1004, "end")];
    assert_snapshot!(drawn(&text, two), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:501
      |
    1 | …<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<[é]>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>…
      |                                                    ^^^ middle
    1 | …>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>
      |                                                    ---- end
    ");
    assert_snapshot!(drawn(&text, vec![label(500..1004, "to the end")]), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:501
      |
    1 | …<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<[é]>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>…
      |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ to the end
    ");
}

#[test]
fn inside_a_character() {
    assert_snapshot!(drawn("aéb\n", vec![label(2..4, "here")]), @r"
    warning[some-rule]: a message
     --> Dockerfile:1:2
      |
    1 | aéb
      |  ^^ here
    ");
}

#[test]
fn text_that_would_break_out() {
    let mut found = found(vec![label(0..1, "a\nb")]);
    found.message = "a\nerror: b".to_owned();
    found.help = Some("one\ntwo\u{7}".to_owned());
    let report = Report::new("x".to_owned(), vec![found]).with_name("a\nb");
    assert_snapshot!(report, @r"
    warning[some-rule]: a\u{a}error: b
     --> a\u{a}b:1:1
      |
    1 | x
      | ^ a\u{a}b
      = help: one
              two\u{7}
    ");
}

#[test]
fn in_the_order_of_the_text() {
    let mut other = found(vec![label(2..3, "")]);
    other.message = "another".to_owned();
    let list = vec![
        found(vec![label(4..5, "")]),
        found(vec![label(2..3, "")]),
        found(vec![]),
        other.clone(),
        found(vec![label(4..5, "")]),
        found(vec![label(2..2, ""), label(0..1, "")]),
    ];
    let report = Report::new("abcdef".to_owned(), list);
    let spans: Vec<_> = report
        .iter()
        .map(|found| (found.message.as_str(), found.span()))
        .collect();
    assert_eq!(
        spans,
        [
            ("a message", None),
            ("a message", Some(2..2)),
            ("a message", Some(2..3)),
            ("another", Some(2..3)),
            ("a message", Some(4..5)),
        ]
    );
}
