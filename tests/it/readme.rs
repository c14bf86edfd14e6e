//! `README.md`: its length, its links, and the report that it shows.

use std::fs;

use multistage::{Dockerfile, Stage, StageName};

use crate::golden::root;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("it can be read")
}

#[test]
fn the_report_is_the_one_that_is_rendered() {
    let mut file = Dockerfile::new();
    file.stage(
        "builder",
        Stage::new("node:18")
            .header("First stage: build")
            .workdir("/app")
            .copy(["package.json", "package-lock.json"], "./")
            .run("npm install")
            .copy(".", ".")
            .run("npm run build"),
    );
    file.push(
        Stage::new("node:18-alpine")
            .header("Second stage: production")
            .workdir("/app")
            .copy_from(StageName::new("biulder"), "/app/dist", "./dist"),
    );
    let report = file.render().expect_err("the stage is unknown");
    let readme = readme();
    let (_, block) = readme.split_once("```text\n").expect("there is a block");
    let (block, _) = block.split_once("```").expect("it ends");
    let (shown, origin) = block
        .split_once("   = added at ")
        .expect("it has an origin");
    assert!(origin.starts_with("src/"), "{origin}");
    assert_eq!(shown, report.without_origins().to_string());
}

#[test]
fn it_is_short() {
    assert!(readme().lines().count() <= 250);
}

/// Every relative link of the Markdown files leads to a file of the repository, and to a heading of it.
#[test]
fn links_lead_somewhere() {
    let mut pages = vec![
        "README.md",
        "ARCHITECTURE.md",
        "DESIGN.md",
        "CONTRIBUTING.md",
    ];
    pages.extend(["CHANGELOG.md", "SECURITY.md", "docs/cookbook.md"]);
    let chapters = fs::read_dir(root().join("docs/guide")).expect("there is a guide");
    let chapters: Vec<String> = chapters
        .map(|entry| entry.expect("it can be listed").file_name())
        .map(|name| format!("docs/guide/{}", name.to_string_lossy()))
        .collect();
    pages.extend(chapters.iter().map(String::as_str));
    let mut links = 0;
    for page in pages {
        let path = root().join(page);
        let text = fs::read_to_string(&path).expect("it can be read");
        for link in text.split("](").skip(1) {
            let link = link.split_once(')').map_or(link, |(link, _)| link);
            if link.contains("://") || link.contains("::") || link.starts_with('#') {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = path.with_file_name(file);
            assert!(target.exists(), "{page}: {link}");
            if !heading.is_empty() {
                let text = fs::read_to_string(&target).expect("it can be read");
                let has = text
                    .lines()
                    .any(|line| anchor(line).as_deref() == Some(heading));
                assert!(has, "{page}: {link}");
            }
            links += 1;
        }
    }
    assert!(links > 20, "where are the links?");
}

/// The anchor that a heading has on a page.
fn anchor(line: &str) -> Option<String> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').trim();
    let kept = title
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
}
