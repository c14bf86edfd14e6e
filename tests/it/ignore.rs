//! `.dockerignore` files, read and matched as Docker does it.

use std::fmt::Write;
use std::time::{Duration, Instant};

use multistage::ignore::{IgnoreFile, IgnoreRule};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[track_caller]
fn read(text: &str) -> IgnoreFile {
    text.parse().expect("an ignore file")
}

#[track_caller]
fn refused(text: &str) -> String {
    text.parse::<IgnoreFile>()
        .expect_err("not an ignore file")
        .to_string()
}

/// The patterns that Docker gets, exceptions with their `!`.
fn patterns(file: &IgnoreFile) -> Vec<String> {
    let mark = |rule: &IgnoreRule| if rule.is_exception() { "!" } else { "" };
    file.rules()
        .map(|rule| format!("{}{}", mark(rule), rule.pattern()))
        .collect()
}

#[track_caller]
fn matches(pattern: &str, ignored: &[&str], kept: &[&str]) {
    let file = read(pattern);
    for path in ignored {
        assert!(file.is_ignored(path), "`{pattern}` ignores {path:?}");
    }
    for path in kept {
        assert!(!file.is_ignored(path), "`{pattern}` keeps {path:?}");
    }
}

#[test]
fn lines_are_cleaned_as_docker_cleans_them() {
    for (text, expected) in [
        ("./a//b/../c/", "a/c"),
        ("/a", "a"),
        ("//a", "a"),
        ("/", "/"),
        ("a/..", "."),
        ("../a", "../a"),
        ("/../a", "a"),
        ("  a b \t", "a b"),
        ("\u{a0}a\u{2003}", "a"),
        ("a\r\n", "a"),
        (" #a", "#a"),
        ("\\#a", "\\#a"),
        ("/#a", "#a"),
        ("! a", "!a"),
        ("!/a", "!a"),
        ("/!a", "!a"),
        ("./!a", "!a"),
        ("\\!a", "\\!a"),
        ("!!a", "!!a"),
        ("!/ a", "! a"),
        ("/ /a", "/a"),
        ("/ !/a", "!/a"),
        ("a\\ / /", "a\\ "),
    ] {
        let file = read(text);
        assert_eq!(patterns(&file), [expected], "{text:?}");
        let written = file.render().expect("it can be written");
        assert_eq!(read(&written), file, "{text:?}");
    }
    assert_eq!(patterns(&read("\u{feff}#a\n\n#b\r\n \u{b}\n")), [""; 0]);
    assert_eq!(patterns(&read("\u{feff}a\n\u{feff}b")), ["a", "\u{feff}b"]);
}

#[test]
fn comments_and_blank_lines_stay() {
    let text = "# a\n\na\n#\n!b\n\n";
    assert_eq!(read(text).render().as_deref(), Ok(text));
    let built = IgnoreFile::new()
        .comment(" two\n\nparagraphs \r\n")
        .ignore("a");
    let text = "#  two\n#\n# paragraphs\n#\na\n";
    assert_eq!(built.render().as_deref(), Ok(text));
    assert_eq!(read(text), built);
    assert_eq!(IgnoreFile::new().render().as_deref(), Ok(""));
}

#[test]
fn simple_patterns() {
    matches(
        "foo",
        &["foo", "foo/x", "foo/x/y", "./foo", "/foo"],
        &["x/foo", "foo2", "Foo"],
    );
    matches("*", &["a", "a/b", ".git"], &[".", "/", ""]);
    matches("*.md", &["a.md", ".md", "a.md/b"], &["x/a.md", "amd"]);
    matches("a?c", &["abc", "a.c", "aéc"], &["a/c", "ac", "abbc"]);
    matches("a/*", &["a/b", "a/b/c"], &["a", "b/a/c"]);
    matches("a*/b", &["a/b", "ax/b", "ax/b/c"], &["a/x/b"]);
    matches("a.b", &["a.b"], &["axb"]);
    matches("a+(b)$", &["a+(b)$"], &["aab"]);
    matches("../a", &["../a", "../a/b"], &["a"]);
    matches(".", &[], &["a", "."]);
    matches("/", &[], &["a", "/a"]);
}

#[test]
fn double_stars() {
    matches("**", &["a", "a/b"], &["."]);
    matches(
        "**/foo",
        &["foo", "a/foo", "a/b/foo", "a/foo/b"],
        &["xfoo", "a/xfoo"],
    );
    matches("**foo", &["foo", "xfoo", "a/xfoo"], &["foox"]);
    matches("foo/**", &["foo/a", "foo/a/b"], &["foo", "foox/a"]);
    matches("foo**", &["foo", "foox", "foo/a"], &["xfoo"]);
    matches(
        "a/**/b",
        &["a/b", "a/x/b", "a/x/y/b", "a/b/c"],
        &["a", "ab", "b", "xa/b"],
    );
    matches("**/*.rs", &["a.rs", "x/a.rs", "a.rs/x"], &["a.rsx"]);
    matches("**/a/**/b", &["a/b", "x/a/y/b"], &["a", "b"]);
    matches("a**b", &["ab", "a/b", "ax/b"], &["axb"]);
    matches("a/***", &["a/b"], &["a", "b"]);
    // A newline is not a character to `**` in the middle.
    matches("a/**/b?", &["a/x/bc"], &["a/\n/bc"]);
}

#[test]
fn classes_and_escapes() {
    matches("[a-c]x", &["ax", "bx"], &["dx", "-x"]);
    matches("[^a-c]x", &["dx", "-x"], &["ax"]);
    matches("[!a]x", &["!x", "ax"], &["bx"]);
    matches("[\\]a\\-]x", &["]x", "ax", "-x"], &["bx"]);
    matches("[a\\]]x", &["ax", "]x"], &["bx"]);
    matches("\\*\\?\\[", &["*?["], &["aa["]);
    matches("{a,b}", &["{a,b}"], &["a", "b"]);
    matches("a]", &["a]"], &["a"]);
    matches("[é-ü]", &["ö"], &["o"]);
    // `[^a]` takes a slash, `?` does not.
    matches("a[^b]c", &["a/c"], &["abc"]);
}

#[test]
fn what_docker_makes_of_expressions() {
    matches("[*]x", &["//]x", "]x"], &["*x"]);
    matches("[[:digit:]]*", &["1", "1x"], &["x", ":]"]);
    matches("[[:^digit:]x]", &["a", "x"], &["1"]);
    matches("\\d\\w\\S", &["1ab"], &["dwS"]);
    matches("[\\D]", &["a"], &["1"]);
    matches("foo\\bar", &[], &["foobar", "foo/bar", "foo\\bar"]);
    matches("\\Aa\\Bb\\z", &["ab"], &["a", "xab"]);
    matches("\\x41\\x{42}\\103\\0", &["ABC\0"], &[]);
    matches(
        "\\a\\t\\f\\v\\r\\nx",
        &["\u{7}\t\u{c}\u{b}\r\nx"],
        &["atfvrnx"],
    );
    matches("\\Qa.*\\E?", &["a\\.[^/]*b"], &["ab"]);
    matches("a{2}?", &["aab"], &["ab"]);
    matches("a{2}", &["a{2}"], &["aa"]);
    matches("[a]{0,2}b", &["b", "ab", "aab"], &["aaab"]);
    matches("[a]{2,}b", &["aab", "aaaab"], &["ab"]);
    matches("[a]{1000}", &[&"a".repeat(1000)], &["a"]);
    matches("a|b?", &["a", "ax", "xbc", "a/b"], &["b", "c"]);
    matches("^a?", &["ab"], &["^ab"]);
    matches("^a", &["^a"], &["a"]);
    // The first `*` makes Docker look no further, and the `\` takes the end of the expression.
    matches("a*\\", &["a$", "ab$", "a$b"], &["a", "a\\"]);
    matches("\u{feff}b?", &["bc"], &["\u{feff}bc"]);
}

#[test]
fn the_last_rule_that_matches_decides() {
    let file = read("*\n!a/b\na/b/*.tmp\n!a/b/c/keep.tmp\n");
    for (path, ignored) in [
        ("x", true),
        ("a", true),
        ("a/b", false),
        ("a/b/c", false),
        ("a/b/x.tmp", true),
        ("a/b/x.tmp/y", true),
        ("a/b/c/keep.tmp", false),
        ("a/c", true),
    ] {
        assert_eq!(file.is_ignored(path), ignored, "{path}");
    }
    assert!(read("!a\n*").is_ignored("a"));
    assert!(read("a\n!a/b\na").is_ignored("a/b"));
    assert!(!read("!a").is_ignored("a"));
}

#[test]
fn sources_are_compared_as_the_check_does_it() {
    let file = read("target\n*.log\n");
    for (source, hidden) in [
        ("target", true),
        ("./target/", true),
        ("target/x", true),
        ("a/../target", true),
        ("x.log", true),
        // A wildcard is text, and so is a slash at the beginning.
        ("*.log", true),
        ("tar*", false),
        ("/target", false),
        (".", false),
        ("/", false),
    ] {
        assert_eq!(file.hides_source(source), hidden, "{source}");
    }
    for all in ["*", "**", "**/*"] {
        assert!(read(all).hides_source("."), "{all}");
        assert!(read(all).hides_source("/"), "{all}");
        assert!(read(all).hides_source("/a"), "{all}");
    }
    assert!(!read("?").hides_source("."));
    assert!(!file.has_exceptions());
    assert!(!IgnoreFile::new().hides_source("."));
}

/// An exception counts for what it can bring back, and for nothing else.
#[test]
fn sources_beside_exceptions() {
    let file = read(".git\nnode_modules\nlogs/\n!docs/x\n");
    assert!(file.has_exceptions());
    for (source, hidden) in [
        ("node_modules", true),
        ("node_modules/a", true),
        ("logs", true),
        ("logs/a.txt", true),
        ("logs/*", true),
        ("docs", false),
        ("docs/x", false),
        (".", false),
    ] {
        assert_eq!(file.hides_source(source), hidden, "{source}");
    }
    for (text, source, hidden) in [
        ("*\n!src\n", "target", true),
        ("*\n!src\n", "src", false),
        ("*\n!src\n", ".", false),
        ("*\n!src\n", "s*", false),
        ("*\n!src/a\n", "src", false),
        ("*\n!src/a\n", "src/b", true),
        ("*\n!src/a\n", "src/*", false),
        ("*\n!src/a/b\n", "src/*/c", true),
        ("*\n!src/a/b/c\n", "src/*/b", false),
        ("a\n!a/b/c\n", "a/b", false),
        ("a\n!a/b/c\n", "a/c", true),
        ("a\n!**/c\n", "a/b", false),
        ("a\n!*/c\n", "a", false),
        ("a\n!*/c\n", "a/b", true),
        ("a\n!a/c|d\n", "a/e", false),
        ("a\n!b|d\n", "a", false),
        ("a\n!a/?\n", "a/bc", true),
        ("!a/b\na\n", "a", true),
        ("a\n!a/b\na/b\n", "a/b", true),
        ("a\n!a/b\na/b\n", "a", false),
    ] {
        assert_eq!(read(text).hides_source(source), hidden, "{text}{source}");
    }
}

proptest! {
    #![proptest_config(crate::cases::many())]

    /// Nothing is in the context of what a file hides.
    #[test]
    fn what_is_hidden_is_ignored(
        rules in vec((any::<bool>(), select(&["a", "b", "a/b", "a/b/c", "*", "a/*", "**/c", "?/b"][..])), 0..5),
        source in select(&["a", "b", "c", "a/b", "a/c", "a/b/c"][..]),
        below in select(&["", "/a", "/b", "/c", "/b/c"][..]),
    ) {
        let mut file = IgnoreFile::new();
        for (exception, pattern) in rules {
            file = if exception { file.except(pattern) } else { file.ignore(pattern) };
        }
        if file.hides_source(source) {
            let path = format!("{source}{below}");
            prop_assert!(file.is_ignored(&path), "{path}");
        }
    }
}

#[test]
fn malformed_patterns_are_errors() {
    for (pattern, problem) in [
        (
            "[a",
            "has a `[` that no `]` ends: write `\\[` for the character",
        ),
        (
            "[",
            "has a `[` that no `]` ends: write `\\[` for the character",
        ),
        (
            "[a\\",
            "has a `[` that no `]` ends: write `\\[` for the character",
        ),
        (
            "a*[a",
            "has a `[` that no `]` ends: write `\\[` for the character",
        ),
        (
            "[]",
            "has nothing between `[` and `]`: write `\\[` for the character",
        ),
        (
            "[^]a]",
            "has nothing between `[` and `]`: write `\\[` for the character",
        ),
        (
            "[a-]",
            "has a `-` between `[` and `]` that is not a range: write `\\-` for the character",
        ),
        (
            "[-a]",
            "has a `-` between `[` and `]` that is not a range: write `\\-` for the character",
        ),
        (
            "[z-a]",
            "has the range `z-a`, whose ends are the wrong way round: write `a-z`",
        ),
        (
            "[[:nope:]]",
            "has `[:nope:]`, which Docker takes for a class of characters that it does not know: write `\\[`",
        ),
        ("a\\", "ends in a `\\`: write `\\\\` for the character"),
        (
            "a\\imports",
            "has `\\i`, which Docker does not take for `i`: write `i`, or `/` if a folder is meant",
        ),
        (
            "\\é",
            "has `\\é`, which Docker does not take for `é`: write `é`, or `/` if a folder is meant",
        ),
        (
            "[a]{2}{3}",
            "has a `{` that Docker takes for a repetition which cannot be: write `\\{` for the character",
        ),
        (
            "*{2}",
            "has a `{` that Docker takes for a repetition which cannot be: write `\\{` for the character",
        ),
        (
            "?{1001}",
            "has a `{` that Docker takes for a repetition which cannot be: write `\\{` for the character",
        ),
        (
            "?{3,2}",
            "has a `{` that Docker takes for a repetition which cannot be: write `\\{` for the character",
        ),
    ] {
        assert_eq!(refused(pattern), format!("line 1: `{pattern}` {problem}"));
        let built = IgnoreFile::new().ignore(pattern);
        assert!(!built.is_ignored(pattern));
        let error = built.render().expect_err("no text comes out");
        assert_eq!(error.to_string(), refused(pattern));
    }
    assert_eq!(
        refused("a\n!\n\n! / \n"),
        "\
line 2: nothing follows the `!`: write the pattern of the exception there, or `\\!` for the character
line 4: nothing follows the `!`: write the pattern of the exception there, or `\\!` for the character"
    );
    let error = "a\n!\n".parse::<IgnoreFile>().expect_err("a lone mark");
    assert_eq!(
        error.problems().map(|(line, _)| line).collect::<Vec<_>>(),
        [2]
    );
}

#[test]
fn what_no_line_can_hold_is_an_error() {
    let error = IgnoreFile::new()
        .ignore("")
        .ignore("!a")
        .ignore("a\nb")
        .ignore(" a")
        .except("\n")
        .ignore("fine")
        .ignore("a".repeat(65_536))
        .comment("a".repeat(65_536))
        .render()
        .expect_err("most of it");
    assert_eq!(
        error.to_string(),
        "\
line 1: a pattern is empty: give a path, such as `target`
line 2: `!a` begins with a `!`: use `except` for an exception, or `\\!` for the character
line 3: `a\\nb` has a newline in it, which no line can hold
line 4: ` a` begins with a space, which Docker leaves out: write `[ ]` for the character
line 5: `\\n` has a newline in it, which no line can hold
line 7: the line is longer than 65535 bytes, which Docker does not read: make it shorter, or two of it
line 8: the line is longer than 65535 bytes, which Docker does not read: make it shorter, or two of it"
    );
}

#[test]
fn a_line_has_at_most_65535_bytes() {
    let line = "a".repeat(65_535);
    for text in [line.clone(), format!("{line}\n"), format!("b\n{line}\nc")] {
        assert_eq!(
            read(&text)
                .rules()
                .filter(|rule| rule.pattern() == line)
                .count(),
            1
        );
    }
    assert!(refused(&format!("{line}\r\n")).starts_with("line 1: the line is longer"));
    assert!(refused(&format!("#{line}\n")).starts_with("line 1: the line is longer"));
}

#[test]
fn what_is_built_is_what_is_read() {
    let file = IgnoreFile::new()
        .ignore("#a")
        .ignore("a ")
        .ignore("/a/")
        .ignore("\u{feff}a")
        .except(" a ")
        .except("#a")
        .except("!a");
    assert_eq!(
        file.render().as_deref(),
        Ok("/#a\na / /\na\n/\u{feff}a\n!/ a / /\n!#a\n!!a\n")
    );
    assert_eq!(
        patterns(&file),
        ["#a", "a ", "a", "\u{feff}a", "! a ", "!#a", "!!a"]
    );
    assert_eq!(read(&file.render().expect("it can be written")), file);
}

#[test]
fn hostile_files_take_linear_time() {
    let start = Instant::now();
    let path = "a/".repeat(1000) + "b";
    for pattern in [
        "a*".repeat(30_000),
        "**/a".repeat(15_000),
        "[a-b]".repeat(10_000),
        format!("[{}]{{1000}}", "a".repeat(60_000)),
        "?{1000}".repeat(100),
        "[".repeat(60_000) + "]",
        "a|".repeat(30_000) + "?",
        "\\Q".repeat(30_000),
        "{".repeat(60_000) + "?",
        "../".repeat(20_000) + "*",
    ] {
        if let Ok(file) = pattern.parse::<IgnoreFile>() {
            let _ = file.is_ignored(&path);
            let _ = file.hides_source(&path);
        }
    }
    let mut many = String::new();
    for n in 0..20_000 {
        writeln!(many, "**/x{n}/*.log").expect("a string takes it");
    }
    assert!(!read(&many).is_ignored("a/b/c"));
    assert!(read(&"/../a".repeat(10_000)).is_ignored("a"));
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}

/// Texts of what is special somewhere.
fn line() -> impl Strategy<Value = String> {
    const PARTS: &[&str] = &[
        "a",
        "b",
        "/",
        "/",
        ".",
        "..",
        "*",
        "**",
        "?",
        "[a-c]",
        "[^a]",
        "[",
        "]",
        "-",
        "\\",
        "!",
        "#",
        " ",
        "\t",
        "\u{a0}",
        "{2}",
        "{",
        "}",
        "|",
        "^",
        "$",
        "\\d",
        "\\Q",
        "\\E",
        "[:alpha:]",
        "\u{feff}",
        "\r",
        "é",
        "\0",
    ];
    let part = proptest::sample::select(PARTS);
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn written_files_are_read_as_they_were(
        lines in proptest::collection::vec(line(), 0..4),
        path in line(),
    ) {
        if let Ok(file) = lines.join("\n").parse::<IgnoreFile>() {
            let text = file.render().expect("what was read can be written");
            let again: IgnoreFile = text.parse().expect("what was written can be read");
            prop_assert_eq!(&again, &file);
            prop_assert_eq!(again.render(), Ok(text));
            let _ = file.is_ignored(&path);
        }
    }

    #[test]
    fn built_files_are_read_as_they_were(pattern in line(), exception: bool) {
        let file = if exception {
            IgnoreFile::new().except(pattern)
        } else {
            IgnoreFile::new().ignore(pattern)
        };
        if let Ok(text) = file.render() {
            prop_assert_eq!(text.parse::<IgnoreFile>(), Ok(file));
        }
    }

    #[test]
    fn an_escaped_name_is_that_name(name in line(), other in line()) {
        prop_assume!(!name.contains(['\n', '/']) && !matches!(name.as_str(), "" | "." | ".."));
        prop_assume!(!other.contains('/'));
        let file = IgnoreFile::new().ignore(IgnoreRule::escape(&name));
        let text = file.render();
        prop_assert!(text.is_ok(), "{:?}", text);
        prop_assert!(file.is_ignored(&name));
        prop_assert_eq!(file.is_ignored(&other), name == other);
    }
}
