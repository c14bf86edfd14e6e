//! Chains, lines and words: every command runs, or is reported; a word is data.

use std::process::Command as Process;

use multistage::instruction::{Dialect, Run, ShellText, words};
use multistage::{Dockerfile, Escape, Stage};
use proptest::prelude::*;

/// The rules that stop a file, each once.
fn ids(file: &Dockerfile) -> Vec<&'static str> {
    let report = file.render().err();
    let found = report.iter().flat_map(|report| report.diagnostics());
    let mut ids: Vec<&'static str> = found.map(|found| found.rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn file(run: impl Into<Run>) -> Dockerfile {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine").run(run));
    file
}

#[track_caller]
fn renders(run: impl Into<Run>, expected: &str) {
    let file = file(run);
    let text = file.render().map_err(|report| report.to_string());
    assert_eq!(text, Ok(format!("FROM alpine\n{expected}\n")));
    #[cfg(feature = "parse")]
    assert_eq!(
        Dockerfile::parse(&text.unwrap_or_default()).as_ref(),
        Ok(&file)
    );
}

#[track_caller]
fn refused(run: impl Into<Run>, rule: &str) {
    assert_eq!(ids(&file(run)), [rule]);
}

/// `sh` joins lines before it looks for operators.
#[test]
fn operators_with_an_escaped_line_end_inside() {
    let chain = |text: &str| Run::chain([text, "b"]);
    renders(chain("a >\\\n&2"), "RUN a >&2 \\\n    && b");
    renders(chain("a 2>\\\n\\\n>\\\nf"), "RUN a 2>>f \\\n    && b");
    renders(chain("a |\\\n&c"), "RUN a |&c \\\n    && b");
    renders(chain("a &\\\n& c"), "RUN a && c \\\n    && b");
    renders(
        Run::chain(["a", "b |\\\n| c"]),
        "RUN a \\\n    && { b || c; }",
    );
    let case = chain("case a in a) b;\\\n; esac");
    renders(case, "RUN case a in a) b;; esac \\\n    && b");
}

#[test]
fn a_chain_runs_every_command_or_is_refused() {
    let lost = |items: &[&str]| {
        let found = ids(&file(Run::chain(items.iter().copied())));
        assert!(found.contains(&"lost-command"), "{items:?}: {found:?}");
    };
    lost(&["apk update # refresh", "false"]);
    lost(&["a \\", "b"]);
    lost(&["a", "b \\"]);
    lost(&["a", "", "b"]);
    lost(&["a", " ", "b"]);
    lost(&[""]);
    lost(&[]);
    lost(&["a\nb", "c"]);
    lost(&["a\n    b"]);
    lost(&["# why", "a"]);
    lost(&["a", "# why"]);
    lost(&["a", "\\\n# why"]);
    lost(&["a;\\\n# why", "b"]);
    lost(&["a|\\\n# why", "b"]);
    lost(&["a &\\\n\\\n#why", "b"]);
    lost(&["(\\\n# why", "b)"]);
    lost(&["a", " \\\n \\\n\t# why"]);
    lost(&["a \\\n    # why\n    b"]);
    lost(&["echo 'a", "b'"]);
    lost(&["echo \"a", "b\""]);
    lost(&["(a", "b)"]);
    lost(&["$(a", "b)"]);
    lost(&["`a", "b`"]);
    lost(&["{ a", "b; }"]);
    lost(&["if a; then b", "c; fi"]);
    lost(&["for x in 1 2; do a", "done"]);
    lost(&["case x in x) a", "b;; esac"]);
    lost(&["a", "&& b"]);
    lost(&["a ||", "b"]);
    lost(&["| a"]);
    lost(&["cat <<EOF\nx\nEOF", "b"]);
    // Shells disagree on where such a string ends.
    lost(&["echo $'it\\'s'", "b"]);
}

#[test]
fn a_chain_that_runs() {
    renders(Run::chain(["a"]), "RUN a");
    renders(Run::chain(["a # why"]), "RUN a # why");
    renders(
        Run::chain(["a", "b # the end"]),
        "RUN a \\\n    && b # the end",
    );
    renders(
        Run::chain(["a#b", "echo '#' \"#\" \\# $#"]),
        "RUN a#b \\\n    && echo '#' \"#\" \\# $#",
    );
    renders(Run::chain(["a\n", "\nb"]), "RUN a \\\n    && b");
    renders(
        Run::chain(["a \\\n  b \\\n  c", "d &&\n  e", "f;\n  g"]),
        "RUN a \\\n      b \\\n      c \\\n    && d && \\\n      e \\\n    && { f; \\\n      g; }",
    );
    renders(
        Run::chain(["echo 'a \\\\ b'", "a\\\nb"]),
        "RUN echo 'a \\\\ b' \\\n    && ab",
    );
    renders(
        Run::chain([
            "if a; then b; fi",
            "for x in 1 2; do c; done",
            "{ d; }",
            "(e; f)",
        ]),
        "RUN if a; then b; fi \\\n    && for x in 1 2; do c; done \\\n    && { d; } \\\n    && (e; f)",
    );
    renders(
        Run::chain(["f() { a; }", "f"]),
        "RUN f() { a; } \\\n    && f",
    );
}

#[test]
fn a_blank_that_is_escaped_stays() {
    renders(
        Run::chain(["echo \\ \\\n\\#", "b"]),
        "RUN echo \\ \\# \\\n    && b",
    );
    renders(
        Run::chain(["a", "b || c\\ "]),
        "RUN a \\\n    && { b || c\\ ; }",
    );
}

#[test]
fn a_command_of_a_chain_is_one_unit() {
    renders(Run::chain(["a || b", "c"]), "RUN a || b \\\n    && c");
    renders(Run::chain(["a", "b || c"]), "RUN a \\\n    && { b || c; }");
    renders(
        Run::chain(["a", "b; c", "d"]),
        "RUN a \\\n    && { b; c; } \\\n    && d",
    );
    renders(Run::chain(["a; b", "c"]), "RUN a; b \\\n    && c");
    renders(Run::chain(["a;", "b;"]), "RUN { a; } \\\n    && b;");
    renders(
        Run::chain(["a &", "b &", "c"]),
        "RUN { a & } \\\n    && { b & } \\\n    && c",
    );
    renders(Run::chain(["a", "b 2>&1"]), "RUN a \\\n    && b 2>&1");
    refused(Run::chain(["a", "b || c # why"]), "lost-command");
    // A comment that was the end is the end no more.
    refused(Run::chain(["a", "b # why"]).and("c"), "lost-command");
    renders(
        Run::chain(["a", "b;"]).and("c"),
        "RUN a \\\n    && { b; } \\\n    && c",
    );
    renders(
        Run::new("a || b").and("c").and("d"),
        "RUN a || b \\\n    && c \\\n    && d",
    );
    renders(Run::new(["a", "b c"]).and("d"), "RUN a 'b c' \\\n    && d");
}

#[test]
fn lines_are_not_lost() {
    let lost = |lines: &[&str]| refused(Run::lines(lines), "lost-command");
    lost(&["apk update; # refresh", "false"]);
    lost(&["# why", "a"]);
    lost(&["a \\", "b"]);
    lost(&["echo 'a", "b' # why", "c"]);
    lost(&[]);
    renders(
        Run::lines(["a 'x # y", "z'; \\#", "b # why"]),
        "RUN a 'x # y\\\nz'; \\# \\\n    b # why",
    );
    renders(Run::lines(["a \\\\", "b"]), "RUN a \\\\ \\\n    b");
}

#[cfg(feature = "parse")]
#[test]
fn what_was_read_stays_and_is_checked_where_it_is_made_anew() {
    use multistage::instruction::{Command, Instruction};
    let text = "FROM alpine\nRUN apk update; # refresh \\\n    false\n";
    let mut file = Dockerfile::parse(text).unwrap_or_default();
    assert_eq!(file.render().as_deref(), Ok(text));
    let steps = file
        .stages_mut()
        .iter_mut()
        .flat_map(|stage| stage.steps_mut());
    for step in steps {
        let Instruction::Run(run) = step.instruction_mut() else {
            continue;
        };
        let Command::Shell(shell) = &run.command else {
            continue;
        };
        let lines: Vec<String> = shell.lines().map(str::to_owned).collect();
        run.command = Command::lines(lines);
    }
    assert_eq!(ids(&file), ["lost-command"]);
    let mut file = Dockerfile::parse(text).unwrap_or_default();
    for step in file
        .stages_mut()
        .iter_mut()
        .flat_map(|stage| stage.steps_mut())
    {
        if let Instruction::Run(run) = step.instruction_mut() {
            run.command = run.command.clone().and("true");
        }
    }
    assert_eq!(ids(&file), ["lost-command"]);
}

#[test]
fn reports() {
    let mut file = Dockerfile::new();
    file.push(
        Stage::new("alpine")
            .run(Run::chain(["apk update # refresh", "false"]))
            .run(Run::chain([""; 0]))
            .run(Run::chain(["a", "b\nc"]))
            .run(Run::chain(["a", "echo \"b", "c\""]))
            .run(words(["echo", "two\nlines"]))
            .run(ShellText::new("echo \"") + words(["a b"]) + "\"")
            .shell(["fish", "-c"])
            .run(words(["echo", "it's"])),
    );
    let report = file
        .render()
        .map_err(|report| report.without_origins().to_string());
    insta::assert_snapshot!(report.unwrap_err());
}

#[test]
fn words_are_data() {
    let user = "ann; curl evil";
    renders(
        words(["useradd", "-m", user]),
        "RUN useradd -m 'ann; curl evil'",
    );
    renders(
        Run::chain([
            words(["useradd", "-m", user]),
            words(["passwd", "-l", user]),
        ]),
        "RUN useradd -m 'ann; curl evil' \\\n    && passwd -l 'ann; curl evil'",
    );
    renders(
        ShellText::new("chown -R ") + words([user]) + " /home && echo done",
        "RUN chown -R 'ann; curl evil' /home && echo done",
    );
    renders(
        ShellText::new("A=") + words(["a b"]) + " make",
        "RUN A='a b' make",
    );
    renders(
        ShellText::new("echo $(cat ") + words(["a b"]) + ")",
        "RUN echo $(cat 'a b')",
    );
    renders(words(["A=b", "if", "A=b"]), "RUN 'A=b' if A=b");
    renders(words(["if", ""]), "RUN 'if' ''");
    renders(words(["[", "-f", "x", "]"]), "RUN '[' -f x ']'");
    renders(
        words(["echo", "it's", "a\\", "~", "$HOME", "`id`"]),
        r"RUN echo 'it'\''s' 'a\' '~' '$HOME' '`id`'",
    );
    renders(words(["echo", "<<EOF"]), "RUN echo '<<EOF'");
    let misquoted = |text: ShellText| refused(text, "misquoted-word");
    misquoted(words(["a\nb"]));
    misquoted(words(["a\0b"]));
    misquoted(ShellText::new("echo '") + words(["a b"]) + "'");
    misquoted(ShellText::new("echo \"") + words(["a"]) + "\"");
    misquoted(ShellText::new("echo # ") + words(["a"]));
    misquoted(ShellText::new("echo \\") + words(["a"]));
    misquoted(ShellText::new("echo $") + words(["a b"]));
    misquoted(ShellText::new("echo `echo ") + words(["a"]) + "`");
    misquoted(ShellText::new("echo ${x:-") + words(["a"]) + "}");
    refused(
        Run::chain([ShellText::new("su -c '") + words(["a b"]) + "'"]),
        "misquoted-word",
    );
}

#[track_caller]
fn shell(file: &Dockerfile, expected: &str) {
    let text = file.render().unwrap_or_else(|report| report.to_string());
    assert_eq!(text.lines().last(), Some(expected));
    #[cfg(feature = "parse")]
    assert_eq!(Dockerfile::parse(&text).as_ref(), Ok(file));
}

#[test]
fn words_are_quoted_for_the_shell_in_force() {
    let powershell = ["powershell", "-Command"];
    let mut file = Dockerfile::new();
    let base = file.stage(
        "base",
        Stage::new("servercore")
            .shell(powershell)
            .run(words(["Write-Host", "it's $x"])),
    );
    shell(&file, "RUN Write-Host 'it''s $x'");
    file.push(Stage::new(&base).run(words(["C:\\Program Files\\x.exe", "\"a  b\"\n"])));
    shell(
        &file,
        "RUN & 'C:\\Program Files\\x.exe' (''+[char]34+'a '+[char]32+'b'+[char]34+[char]10)",
    );
    file.push(
        Stage::new(&base)
            .shell(["bash", "-ec"])
            .run(words(["echo", "a b"]))
            .shell(powershell),
    );
    assert_eq!(
        file.render()
            .ok()
            .map(|text| text.contains("\nRUN echo 'a b'\n")),
        Some(true)
    );

    let mut file = Dockerfile::new();
    file.set_escape(Escape::Backtick);
    file.push(
        Stage::new("mcr.microsoft.com/windows/servercore:ltsc2022")
            .run(words(["mkdir", "C:\\Program Files\\app\\"])),
    );
    shell(&file, "RUN mkdir \"C:\\Program Files\\app\\\\\"");
    for word in ["100%", "a\"b", "a\nb"] {
        let mut file = file.clone();
        file.push(Stage::new("windows/nanoserver").run(words(["echo", word])));
        assert_eq!(ids(&file), ["misquoted-word"]);
    }
    // The escape character alone does not say which shell it is.
    let mut file = Dockerfile::new();
    file.set_escape(Escape::Backtick);
    file.push(Stage::new("alpine").run(words(["echo", "$(evil)"])));
    assert_eq!(ids(&file), ["misquoted-word"]);
    file.push(
        Stage::new("alpine")
            .platform("linux/amd64")
            .run(words(["echo", "$(evil)"])),
    );
    assert_eq!(ids(&file), ["misquoted-word"]);
    file.stages_mut()[0].steps_mut().clear();
    shell(&file, "RUN echo '$(evil)'");
}

#[test]
fn words_for_another_shell_are_reported() {
    // The stage was finished before the file said what it is.
    let mut file = Dockerfile::new();
    file.push(Stage::new("windows/servercore").run(words(["echo", "a b"])));
    file.set_escape(Escape::Backtick);
    assert_eq!(ids(&file), ["mismatched-shell"]);
    // What all shells read alike is fine.
    let mut file = Dockerfile::new();
    file.push(Stage::new("windows/servercore").run(words(["mkdir", "app"])));
    file.set_escape(Escape::Backtick);
    shell(&file, "RUN mkdir app");
    let unknown = |run: Run| {
        let mut file = Dockerfile::new();
        file.push(Stage::new("alpine").shell(["fish", "-c"]).run(run));
        file
    };
    assert_eq!(
        ids(&unknown(words(["echo", "a b"]).into())),
        ["misquoted-word"]
    );
    assert_eq!(
        ids(&unknown(Run::chain(["a", "b || c"]))),
        ["misquoted-word"]
    );
    shell(
        &unknown(words(["echo", "a b"]).quoted_for(Dialect::Posix).into()),
        "RUN echo 'a b'",
    );
    shell(&unknown(words(["echo", "a-b"]).into()), "RUN echo a-b");
}

#[test]
fn triggers_run_in_the_shell_of_the_whole_stage() {
    let mut file = Dockerfile::new();
    let stage = Stage::new("servercore").shell(["pwsh", "-c"]);
    file.push(stage.onbuild(Run::from(words(["echo", "it's"]))));
    shell(&file, "ONBUILD RUN echo 'it''s'");
    let stage = Stage::new("servercore").onbuild(Run::from(words(["echo", "it's"])));
    file.push(stage.shell(["pwsh", "-c"]));
    assert_eq!(ids(&file), ["mismatched-shell"]);
}

#[test]
fn chains_for_other_shells() {
    let windows = |run: Run| {
        let mut file = Dockerfile::new();
        file.set_escape(Escape::Backtick);
        file.push(Stage::new("windows/servercore").run(run));
        file
    };
    shell(&windows(Run::chain(["cd C:\\", "dir"])), "    && dir");
    shell(
        &windows(Run::lines(["dir C:\\ # no comment", "/b"])),
        "    /b",
    );
    assert_eq!(
        ids(&windows(Run::chain(["rem why", "dir"]))),
        ["lost-command"]
    );
    assert_eq!(
        ids(&windows(Run::chain(["dir ^", "dir"]))),
        ["lost-command"]
    );
    assert_eq!(
        ids(&windows(Run::chain(["dir", "a || b"]))),
        ["lost-command"]
    );
    let powershell = |run: Run| {
        let mut file = Dockerfile::new();
        file.push(Stage::new("servercore").shell(["pwsh", "-c"]).run(run));
        file
    };
    shell(&powershell(Run::chain(["cd C:\\", "dir"])), "    && dir");
    assert_eq!(
        ids(&powershell(Run::chain(["a # why", "dir"]))),
        ["lost-command"]
    );
    assert_eq!(
        ids(&powershell(Run::chain(["a `", "dir"]))),
        ["lost-command"]
    );
    assert_eq!(
        ids(&powershell(Run::lines(["a `", "dir"]))),
        ["lost-command"]
    );
}

/// What a shell prints for a text, and its status.
fn sh(text: &str) -> Option<(Option<i32>, Vec<u8>)> {
    let output = Process::new("sh").args(["-c", text]).output().ok()?;
    Some((output.status.code(), output.stdout))
}

fn has_sh() -> bool {
    let found = sh(":").is_some();
    if !found {
        println!("skipped: there is no `sh`");
    }
    found
}

/// The text that a shell gets of the RUN of a file: the lines joined as Docker does it.
fn joined(text: &str) -> String {
    let run = text.split_once("\nRUN ").map_or("", |(_, run)| run);
    run.trim_end_matches('\n').replace("\\\n", "")
}

/// Single quotes, written by hand.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Pieces of commands that mean something to a shell.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        " ",
        " ",
        "  ",
        "\t",
        "\n",
        "\\\n",
        " \\\n",
        "#",
        " # c",
        "'",
        "\"",
        "\\",
        "`",
        "$(",
        ")",
        "(",
        "{ ",
        "}",
        "; ",
        ";",
        " && ",
        " || ",
        " | cat",
        "echo a",
        "echo b",
        "true",
        "false",
        "! ",
        "if true; then ",
        "; fi",
        "; else ",
        "while false; do ",
        "; done",
        "for i in 1 2; do ",
        "case x in x) ",
        ";; esac",
        "in",
        "${x:-",
        "x",
        "'a b'",
        "\"a b\"",
        "\\'",
        "$#",
        "a#b",
        ">/dev/null",
        "f() ",
        "$((1+2))",
        "exit 3",
        "it's",
        "&& echo c",
    ])
}

fn command() -> impl Strategy<Value = String> {
    (any::<bool>(), prop::collection::vec(piece(), 1..7)).prop_map(|(echo, pieces)| {
        let start = if echo { "echo " } else { "" };
        start.to_owned() + &pieces.concat()
    })
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn every_command_of_a_chain_runs_in_a_real_shell(commands in prop::collection::vec(command(), 1..4)) {
        if !has_sh() {
            return Ok(());
        }
        let valid = |command: &String| {
            let output = Process::new("sh").args(["-n", "-c", command]).output();
            output.is_ok_and(|output| output.status.success() && output.stderr.is_empty())
        };
        // A shell that can read no command of its own runs none.
        // What runs in the background prints when it likes.
        if !commands.iter().all(valid) || commands.iter().any(|command| command.contains("\\&")) {
            return Ok(());
        }
        if let Ok(text) = file(Run::chain(&commands)).render() {
            let units: Vec<String> = commands.iter().map(|command| format!("eval {}", quoted(command))).collect();
            prop_assert_eq!(sh(&joined(&text)), sh(&units.join(" && ")), "{:?}", text);
        }
    }

    #[test]
    fn a_real_shell_reads_words_back(list in prop::collection::vec("[^\0\n]{0,12}|[ \t'\"\\\\$`#;&|(){}<>*?~!=a-c-]{0,8}", 0..40)) {
        if !has_sh() {
            return Ok(());
        }
        let mut command = vec!["printf", "%s\\0", "first"];
        command.extend(list.iter().map(String::as_str));
        let text = file(words(command)).render();
        let text = text.map_err(|report| TestCaseError::fail(report.to_string()))?;
        let (_, out) = sh(&joined(&text)).unwrap_or_default();
        let expected: Vec<u8> = std::iter::once("first")
            .chain(list.iter().map(String::as_str))
            .flat_map(|word| word.bytes().chain([0]))
            .collect();
        prop_assert_eq!(out, expected);
    }
}
