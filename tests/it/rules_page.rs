//! `docs/rules.md` has the pages of all rules. `MULTISTAGE_UPDATE=1 cargo test rules_page` writes it anew.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use multistage::check::{Group, Rule, rules};

#[test]
fn rules_page() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let page = page();
    if env::var_os("MULTISTAGE_UPDATE").is_some_and(|wish| wish == "1") {
        fs::create_dir_all(path.with_file_name("")).expect("the folder");
        fs::write(&path, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written.replace("\r\n", "\n") == page,
        "docs/rules.md is not fresh; MULTISTAGE_UPDATE=1 cargo test rules_page writes it anew"
    );
}

fn page() -> String {
    let mut page = String::from(
        "# Rules\n\nThe rules, by id. Generated from their pages; `rules()` lists them.\n\n\
         | rule | severity | group | other names |\n|---|---|---|---|\n",
    );
    for rule in rules() {
        let id = rule.id;
        let row = [
            format!("[`{id}`](#{id})"),
            rule.severity.as_str().to_owned(),
            group(rule).to_owned(),
            others(rule).join(", "),
        ];
        let _ = writeln!(page, "| {} |", row.join(" | "));
    }
    for rule in rules() {
        let _ = write!(
            page,
            "\n## {}\n\n*{}*: {}.\n\n{}",
            rule.id,
            rule.severity.as_str(),
            rule.summary,
            deeper(rule.docs),
        );
    }
    page
}

/// A page as a part of another one: its headings are one level deeper, and its Dockerfiles say nothing to tests.
fn deeper(docs: &str) -> String {
    let mut text = String::with_capacity(docs.len() + 8);
    let mut code = false;
    for line in docs.lines() {
        code ^= line.starts_with("```");
        if line.starts_with("## ") {
            text.push('#');
        }
        let shown = if line.starts_with("```dockerfile") {
            "```dockerfile"
        } else {
            line
        };
        for (n, word) in shown.split(' ').enumerate() {
            let line = text.rsplit('\n').next().unwrap_or_default();
            // Some pages are composed of sentences, without line breaks.
            let is_full = line.chars().count() + word.chars().count() + 1 > 100;
            if n > 0 {
                text.push(if is_full && !code && !shown.starts_with("- ") {
                    '\n'
                } else {
                    ' '
                });
            }
            text.push_str(word);
        }
        text.push('\n');
    }
    text
}

fn group(rule: &Rule) -> &'static str {
    match rule.group {
        Group::Default => "default",
        Group::Pedantic => "pedantic",
        Group::Experimental => "experimental",
        _ => "other",
    }
}

fn others(rule: &Rule) -> Vec<String> {
    let link = |name: &&str| {
        match name.split_once(':') {
            // The one without a page.
            Some(("buildkit", "InvalidBaseImagePlatform")) | None => format!("`{name}`"),
            Some(("buildkit", check)) => format!(
                "[`{name}`](https://docs.docker.com/reference/build-checks/{}/)",
                slug(check)
            ),
            Some((_, code)) => {
                format!("[`{name}`](https://github.com/hadolint/hadolint/wiki/{code})")
            }
        }
    };
    rule.also.iter().map(link).collect()
}

/// `JSONArgsRecommended` as `json-args-recommended`.
fn slug(check: &str) -> String {
    let chars: Vec<char> = check.chars().collect();
    let mut slug = String::new();
    for (n, c) in chars.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| chars.get(n));
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || chars.get(n + 1).is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            slug.push('-');
        }
        slug.push(c.to_ascii_lowercase());
    }
    slug
}
