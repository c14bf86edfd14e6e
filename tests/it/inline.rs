//! Dockerfiles inside of Compose and Bake files, read back as those are read.

use multistage::{Dockerfile, Stage, StageName, inline::InlineDockerfile};
use proptest::prelude::*;

/// The string in double quotes that a text begins with; YAML's escapes, of which JSON's and HCL's are a part.
fn unquoted(text: &str) -> String {
    let mut chars = text.strip_prefix('"').expect("a quote").chars();
    let mut out = String::new();
    loop {
        let c = chars.next().expect("it ends");
        let code = |chars: &mut std::str::Chars<'_>, digits: usize| {
            let digits: String = chars.by_ref().take(digits).collect();
            let code = u32::from_str_radix(&digits, 16).expect("digits");
            char::from_u32(code).expect("a character")
        };
        match c {
            '"' => break,
            '\\' => out.push(match chars.next().expect("it ends") {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'x' => code(&mut chars, 2),
                'u' => code(&mut chars, 4),
                'U' => code(&mut chars, 8),
                c @ ('"' | '\\') => c,
                c => panic!("{c} is not a valid escape"),
            }),
            c => {
                assert_ne!(c, '\n', "{text:?}");
                out.push(c);
            }
        }
    }
    assert!(matches!(chars.as_str(), "" | "\n"), "{text:?}");
    out
}

/// The value of a key of YAML that is after `indent` spaces and is followed by nothing.
fn yaml(text: &str, indent: usize) -> String {
    let breaks = |c: char| matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{ffff}');
    let special = |c: char| breaks(c) || (c.is_control() && !matches!(c, '\n' | '\t'));
    assert!(!text.contains(special), "{text:?}");
    let start = format!("{:indent$}dockerfile_inline: ", "");
    let value = text.strip_prefix(&start).expect("the key");
    let Some((header, body)) = value
        .strip_prefix('|')
        .and_then(|rest| rest.split_once('\n'))
    else {
        return unquoted(value);
    };
    let chomping = header.trim_start_matches(|c: char| c.is_ascii_digit());
    let indicator = &header[..header.len() - chomping.len()];
    let depth = if indicator.is_empty() {
        let first = body
            .lines()
            .find(|line| !line.trim_start_matches(' ').is_empty());
        let first = first.expect("a line that is not blank");
        first.len() - first.trim_start_matches(' ').len()
    } else {
        indent + indicator.parse::<usize>().expect("a number")
    };
    assert!(depth > indent, "{text:?}");
    let mut out = String::new();
    for line in body.split_terminator('\n') {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if blanks < depth {
            assert_eq!(blanks, line.len(), "the block ends at {line:?}");
        }
        out.push_str(line.get(depth..).unwrap_or_default());
        out.push('\n');
    }
    let content = out.trim_end_matches('\n');
    match chomping {
        "-" => content.to_owned(),
        "+" => out,
        "" => format!("{content}\n"),
        other => panic!("{other} is not a valid chomping"),
    }
}

/// What Compose makes of a value.
fn compose(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c == '$' {
            assert_eq!(chars.next(), Some('$'), "a variable in {value:?}");
        }
        out.push(c);
    }
    out
}

/// What Bake makes of a template.
fn template(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, length) = if rest.starts_with("$${") || rest.starts_with("%%{") {
            (&rest[1..3], 3)
        } else {
            assert!(
                !rest.starts_with("${") && !rest.starts_with("%{"),
                "{text:?}"
            );
            (&rest[..c.len_utf8()], c.len_utf8())
        };
        out.push_str(taken);
        rest = &rest[length..];
    }
    out
}

/// The value of an attribute of HCL.
fn hcl(text: &str) -> String {
    let value = text
        .strip_prefix("  dockerfile-inline = ")
        .expect("the key");
    let Some((marker, body)) = value
        .strip_prefix("<<")
        .and_then(|rest| rest.split_once('\n'))
    else {
        return template(&unquoted(value));
    };
    let mut out = String::new();
    let mut lines = body.split_inclusive('\n');
    loop {
        let line = lines.next().expect("the heredoc ends");
        if line.trim() == marker {
            break;
        }
        out.push_str(line);
    }
    assert_eq!(lines.next(), None, "{text:?}");
    template(&out)
}

/// Everything that an inline Dockerfile is written as is that Dockerfile.
fn check(text: &str) {
    let inline = InlineDockerfile::new(text);
    assert_eq!(compose(&inline.compose()), text);
    for indent in [0, 6] {
        assert_eq!(compose(&yaml(&inline.compose_yaml(indent), indent)), text);
    }
    assert_eq!(template(&inline.bake()), text);
    assert_eq!(hcl(&inline.bake_hcl(2)), text);
    let member = inline.bake_json();
    let object: serde_json::Value = serde_json::from_str(&format!("{{{member}}}")).expect("JSON");
    let value = object["dockerfile-inline"].as_str().expect("a string");
    assert_eq!(template(value), text);
}

#[test]
fn texts_with_corners_come_back() {
    for text in [
        "",
        "\n",
        "\n\n",
        " \n",
        "FROM a\n",
        "FROM a",
        "FROM a\n\n\n",
        "\n\nFROM a\n",
        "  FROM a\nRUN b\n",
        "\tFROM a\n",
        "# a: b\nFROM a\n",
        "FROM a\nRUN <<EOF\n  a\n\n\tb\n \n\t\nEOF\n",
        "RUN $a ${a} $${a} $$ %{a} %%{ % { $ {\n",
        "EOT\n",
        "RUN <<EOT\na\n  EOT2\t\nEOT\n",
        "a\r\nb\rc\n",
        "\0\u{7f}\u{85}\u{2028}\u{feff}x\n",
        "\"\\n\"\n",
        "---\n...\n",
        "a\n   ",
    ] {
        check(text);
    }
}

#[test]
fn what_can_be_read_is_written_so() {
    let inline = InlineDockerfile::new("\n  FROM a\n\nEOT\n\n");
    assert_eq!(
        inline.compose_yaml(2),
        "  dockerfile_inline: |2+\n\n      FROM a\n\n    EOT\n\n"
    );
    assert_eq!(
        inline.bake_hcl(2),
        "  dockerfile-inline = <<EOT2\n\n  FROM a\n\nEOT\n\nEOT2\n"
    );
    let inline = InlineDockerfile::new("FROM a");
    assert_eq!(inline.compose_yaml(0), "dockerfile_inline: |-\n  FROM a\n");
    assert_eq!(inline.bake_hcl(0), "dockerfile-inline = \"FROM a\"\n");
}

#[test]
fn a_file_with_an_error_does_not_come_out() {
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine"));
    assert_eq!(
        file.inline().expect("it is right").compose(),
        "FROM alpine\n"
    );
    file.push(Stage::new("alpine").copy_from(StageName::new("nope"), "/a", "/b"));
    assert!(file.inline().is_err());
}

/// Real Dockerfiles, where there are some.
#[test]
fn real_files_come_back() {
    let Some(folder) = std::env::var_os("MULTISTAGE_CORPUS") else {
        println!("skipped: MULTISTAGE_CORPUS names no corpus");
        return;
    };
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("it can be listed").path();
        if let Ok(text) = std::fs::read_to_string(path) {
            check(&text);
            count += 1;
        }
    }
    assert!(count > 500, "{count}");
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn all_texts_come_back(text in "([$%{}a \t\n\"\\\\\r\u{85}\u{2029}\u{ffff}]|EOT2?\n|\\PC){0,20}\n?") {
        check(&text);
    }
}
