//! The checks that go further than `render`: what one build makes of a file, how it is spelled, and
//! mistakes between stages.
//!
//! [`Dockerfile::check`], [`Dockerfile::check_with`] and [`Parsed::check`] return a [`Report`] with
//! errors and warnings. A [`Checker`] selects rules and a build, and takes
//! [rules of your own](Checker::rule). [`rules`](fn@rules) lists all rules; the
//! [guide](crate::guide::checks) shows them at work.

mod build;
mod checker;
mod engine;
mod hidden_names;
mod overlap;
mod stages;
mod table;
mod topics;
mod unknown_rule;
mod written;

pub use self::checker::{Checker, Finding};
pub(crate) use self::written::Written;
pub use crate::diagnostic::{Group, Rule};

use std::borrow::Cow;
use std::cell::OnceCell;

use indexmap::IndexMap;

use self::build::{
    deprecated_maintainer, empty_continuation, inconsistent_keyword_casing, legacy_key_value,
    mismatched_as_casing, secret_in_variable, swallowed_instruction, uppercase_port_protocol,
    uppercase_stage_name,
};
use self::table::CHECKS;
use self::topics::Steps;
use crate::diagnostic::{Level, Report, Severity};
use crate::edges::Graph;
use crate::model::Dockerfile;
use crate::parse::{self, Parsed};
use crate::render::{self, Style, locate};
use crate::resolve::{Resolved, Wanted};
use crate::rules::{self, Context, Findings, is_about_problems, run};
use crate::scope::Note;
use crate::syntax::{At, Part, Problem};

impl rules::Finding {
    /// Something that was noticed while the stages were worked out.
    pub(crate) fn noted(
        rule: &'static Rule,
        note: &Note,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> rules::Finding {
        let mut finding = rules::Finding::new(rule, message).at(note.at, note.part, label);
        if let Some(declared_at) = note.declared_at {
            // The comments of FROM say nothing of what the base triggers.
            finding.decided_at = Some(At::File);
            if declared_at != At::File {
                finding = finding.at(declared_at, Part::Trigger, "triggered by this");
            }
        }
        finding
    }
}

/// Returns all rules, sorted by id. `docs/rules.md` in the repository has their pages.
///
/// ```
/// use multistage::check::{Group, rules};
///
/// let rule = rules().find(|rule| rule.id == "unpinned-base").expect("it exists");
/// assert_eq!(rule.group, Group::Pedantic);
/// assert_eq!(rule.summary, "a base image without a tag, or with the tag `latest`");
/// ```
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let mut rules: Vec<&Rule> = rules::rules().collect();
    rules.extend(CHECKS.iter().map(|(rule, ..)| *rule));
    rules.extend(parse::refusals::RULES);
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    rules.into_iter()
}

impl Dockerfile {
    /// Returns everything that is wrong or suspicious in one report, warnings too. It points into
    /// the text that [`render`](Dockerfile::render) would return.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").cmd("date"));
    /// let report = file.check();
    /// assert!(!report.has_errors());
    /// assert_eq!(report.diagnostics()[0].rule.id, "shell-form-command");
    /// ```
    pub fn check(&self) -> Report {
        self.check_with(&Checker::new())
    }

    /// [`check`](Dockerfile::check) for a build: with its arguments, its platform, its target, what
    /// is known of the base images, and the rules that are wanted.
    ///
    /// ```
    /// use multistage::{resolve::Build, check::Checker, Dockerfile};
    ///
    /// let file = Dockerfile::parse("FROM scratch\nARG PORT\nEXPOSE ${PORT:-web}\n")?;
    /// let report = file.check();
    /// assert_eq!(report.to_string(), "\
    /// error[invalid-expanded-value]: `web` is not a valid port
    ///  --> Dockerfile (as rendered):3:8
    ///   |
    /// 3 | EXPOSE ${PORT:-web}
    ///   |        ^^^^^^^^^^^^
    ///   = help: expected `PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535
    /// ");
    /// let build = Build::new().arg("PORT", "8080");
    /// assert!(file.check_with(&Checker::new().build(build)).is_empty());
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn check_with(&self, checker: &Checker) -> Report {
        let file = &*self.placed();
        let draft = render::draft(file, Style::default());
        let findings = find_all(file, (&draft.text, &draft.problems), checker, None);
        if findings.is_empty() {
            return Report::new(draft.text, Vec::new()).with_name(self.beside.report_name());
        }
        // The places of the parts are asked for only if something was found.
        let draft = render::draft_with_places(file, Style::default());
        let layout = draft.layout.unwrap_or_default();
        let diagnostics = findings
            .into_iter()
            .map(|finding| locate(finding, file, &draft.text, &layout))
            .collect();
        Report::new(draft.text, diagnostics).with_name(self.beside.report_name())
    }
}

impl Parsed<'_> {
    /// Checks the text for a build, and reports everything that is wrong or suspicious: what was
    /// found in reading, how the text is spelled, and its resolved configuration. See
    /// [`Dockerfile::check_with`].
    ///
    /// If Docker would reject the text, the report has those errors, and beside them the warnings
    /// of rules that look at one instruction alone: what is missing from the model cannot make them
    /// wrong.
    ///
    /// ```
    /// use multistage::{check::Checker, Parsed};
    ///
    /// let parsed = Parsed::new("FROM alpine\nMAINTAINER me\n");
    /// assert_eq!(parsed.check(&Checker::new()).to_string(), "\
    /// warning[deprecated-maintainer]: MAINTAINER is deprecated
    ///  --> Dockerfile:2:1
    ///   |
    /// 2 | MAINTAINER me
    ///   | ^^^^^^^^^^
    ///   = help: use the label `org.opencontainers.image.authors`
    /// ");
    /// ```
    pub fn check(&self, checker: &Checker) -> Report {
        let problems = render::draft(self.file(), Style::default()).problems;
        let written = self.written();
        let findings = find_all(&self.file, (self.source, &problems), checker, Some(written));
        let mut found = Vec::with_capacity(findings.len());
        let is_partial = self.has_errors();
        if is_partial {
            found.extend(self.found.iter().cloned());
        }
        for finding in findings {
            let looks_at_one = LOCAL.iter().any(|rule| rule.id == finding.rule.id);
            if looks_at_one || !is_partial {
                found.push(locate(finding, &self.file, self.source, &self.layout));
            }
        }
        Report::new(self.source.to_owned(), found)
    }

    /// The spelling of the text, for the rules that ask.
    fn written(&self) -> Written<'_> {
        Written {
            source: self.source,
            layout: &self.layout,
            empty_continuations: &self.empty_continuations,
            letters: self.letters,
            legacy_pairs: &self.legacy_pairs,
            last_comments: &self.last_comments,
        }
    }
}

/// The rules that look at one instruction alone, or at how it is written.
static LOCAL: &[&Rule] = &[
    &deprecated_maintainer::RULE,
    &empty_continuation::RULE,
    &inconsistent_keyword_casing::RULE,
    &legacy_key_value::RULE,
    &mismatched_as_casing::RULE,
    &secret_in_variable::RULE,
    &uppercase_port_protocol::RULE,
    &uppercase_stage_name::RULE,
];

/// Collects the findings of all rules. `text`: the file as it is written, or would be.
fn find_all(
    file: &Dockerfile,
    (text, problems): (&str, &[Problem]),
    checker: &Checker,
    written: Option<Written<'_>>,
) -> Vec<rules::Finding> {
    let mut graph = Graph::of(file);
    graph.references.shrink_to_fit();
    let resolved = resolved(file, &graph, checker);
    let context = Context {
        file,
        graph,
        problems,
        engine: checker.engine_of(file),
    };
    run_all(&Checking::new(context, &resolved, checker, (text, written)))
}

fn resolved(file: &Dockerfile, graph: &Graph<'_>, checker: &Checker) -> Resolved {
    let wanted = Wanted {
        paths: checker.ignore_file().is_some(),
        texts: checker.has_own_rules(),
    };
    Resolved::new(file, graph, checker.settings(), wanted)
}

/// The part of a check's input that `render` does not need.
#[derive(Debug)]
pub(crate) struct Checking<'m> {
    pub(crate) context: Context<'m>,
    pub(crate) resolved: &'m Resolved,
    scripts: stages::Scripts<'m>,
    continued: OnceCell<build::Continued<'m>>,
    written_names: OnceCell<Vec<(At, Cow<'m, str>)>>,
    /// The instructions that rules are about.
    steps: Steps,
    pub(crate) checker: &'m Checker,
    /// The file as it is written, or would be.
    text: &'m str,
    /// The spelling of the file, if it was read from a text.
    pub(crate) written: Option<Written<'m>>,
}

impl<'m> Checking<'m> {
    pub(crate) fn new(
        context: Context<'m>,
        resolved: &'m Resolved,
        checker: &'m Checker,
        (text, written): (&'m str, Option<Written<'m>>),
    ) -> Checking<'m> {
        let mut checking = Checking {
            scripts: stages::Scripts::new(context.file),
            continued: OnceCell::new(),
            written_names: OnceCell::new(),
            steps: Steps::default(),
            context,
            resolved,
            checker,
            text,
            written,
        };
        checking.steps = Steps::of(&checking);
        checking
    }

    /// The names of the stages as they are written, with the FROM of each; nothing for a file that
    /// was built.
    fn written_names(&self) -> &[(At, Cow<'m, str>)] {
        self.written_names.get_or_init(|| {
            let mut names = Vec::new();
            for stage in 0..self.context.file.stages.len() {
                let at = At::From(stage);
                let word = |written: Written<'m>| written.word(at, Part::Name);
                names.extend(self.written.and_then(word).map(|name| (at, name)));
            }
            names
        })
    }

    /// The lines that go on with an instruction and look like something else.
    fn continued(&self) -> &build::Continued<'m> {
        self.continued.get_or_init(|| match &self.written {
            Some(written) => build::Continued::of(written, self.context.file.escape()),
            None => build::Continued::default(),
        })
    }
}

/// Runs all rules, as the checker and the file want them.
fn run_all(checking: &Checking<'_>) -> Vec<rules::Finding> {
    let mut findings = Findings::default();
    findings.list = run(&checking.context, Severity::Warning);
    // What is wrong with the model is reported once, not again as what comes of it; and nothing more is reported about an
    // instruction that has no spelling.
    let errors = findings
        .list
        .iter()
        .filter(|found| found.severity == Severity::Error);
    let mut told: IndexMap<At, bool> = IndexMap::new();
    for found in errors {
        if let Some(place) = found.labels.first() {
            *told.entry(place.at).or_default() |= is_about_problems(found.rule);
        }
    }
    let first = findings.list.len();
    let topics = topics::all(checking);
    for (rule, about, check) in CHECKS {
        if topics.has(*about) && checking.checker.looks_for(rule, checking.context.file) {
            check(checking, &mut findings);
        }
    }
    let again = |finding: &rules::Finding| {
        let mut places = finding.labels.iter().map(|place| place.at);
        match places.next().and_then(|at| told.get(&at)) {
            Some(unwritable) => *unwritable || finding.rule.level == Level::Build,
            None => places.any(|at| told.get(&at) == Some(&true)),
        }
    };
    let mut nth = 0;
    findings.list.retain(|finding| {
        nth += 1;
        nth <= first || !again(finding)
    });
    checking.checker.own_rules(checking, &mut findings);
    let mut list = findings.list;
    list.retain(|finding| checking.checker.keeps(finding, checking));
    overlap::drop_replaced(&mut list);
    overlap::keep_edits_of(&swallowed_instruction::RULE, &mut list);
    for finding in &mut list {
        finding.severity = checking.checker.severity_of(finding, checking.context.file);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Group;

    #[test]
    fn ids_are_sorted() {
        assert!(rules().map(|rule| rule.id).is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn ids_are_kebab_case() {
        for rule in rules() {
            let word =
                |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
            assert!(rule.id.split('-').all(word), "{}", rule.id);
        }
    }

    #[test]
    fn pages_have_their_headings() {
        for rule in rules() {
            let headings: Vec<&str> = rule
                .docs
                .lines()
                .filter(|line| line.starts_with("## "))
                .collect();
            assert_eq!(
                headings,
                [
                    "## What it does",
                    "## Why is this bad?",
                    "## Example",
                    "## Use instead"
                ],
                "{}",
                rule.id
            );
            assert!(rule.docs.ends_with("```\n"), "{}", rule.id);
            // The example shows the rule, and that is run: here as a documentation test, or below.
            let shown = rule.docs.contains(&format!("{:?}", rule.id));
            assert!(shown || !dockerfiles(rule).is_empty(), "{}", rule.id);
        }
    }

    /// The Dockerfiles of a page, in order, each with the words after `dockerfile`.
    fn dockerfiles(rule: &Rule) -> Vec<(&str, &str)> {
        let blocks = rule.docs.split("```dockerfile").skip(1);
        blocks
            .filter_map(|block| block.split("```").next()?.split_once('\n'))
            .collect()
    }

    /// The rules that fire on a Dockerfile of a page.
    fn found(words: &str, text: &str) -> Vec<&'static str> {
        let mut checker = Checker::new();
        let mut build = crate::resolve::Build::new();
        for word in words.split_whitespace() {
            let pair = word.split_once('=');
            match (pair.map_or(word, |(name, _)| name), pair) {
                ("pedantic", _) => checker = checker.group(Group::Pedantic),
                ("experimental", _) => checker = checker.group(Group::Experimental),
                ("engine", Some((_, engine))) => {
                    let engine: crate::syntax::Engine = engine.parse().expect("it is an engine");
                    checker = checker.engine(engine);
                }
                ("empty-bases", _) => build = build.empty_bases(),
                (_, Some((name, value))) => build = build.arg(name, value),
                (other, None) => panic!("unknown word {other}"),
            }
        }
        let checker = checker.build(build);
        let parsed = crate::Parsed::new(text);
        let report = parsed.check(&checker);
        let mut ids: Vec<&str> = report.iter().map(|found| found.rule.id).collect();
        ids.dedup();
        ids
    }

    #[test]
    fn the_dockerfiles_of_the_pages_show_their_rules() {
        for rule in rules() {
            let Some(((words, bad), good)) = dockerfiles(rule)
                .split_first()
                .map(|(a, b)| (*a, b.to_vec()))
            else {
                continue;
            };
            assert_eq!(found(words, bad), [rule.id], "{}", rule.id);
            assert!(!good.is_empty(), "{}", rule.id);
            for (words, good) in good {
                assert!(
                    found(words, good).is_empty(),
                    "{}: {:?}",
                    rule.id,
                    found(words, good)
                );
            }
        }
    }

    /// Returns `true` if a rule finds something only where it is asked.
    fn finds_only_where_asked(
        checking: &Checking<'_>,
        about: topics::Topics,
        check: table::Check,
    ) -> bool {
        let mut findings = Findings::default();
        check(checking, &mut findings);
        let is_asked = topics::all(checking).has(about);
        is_asked || findings.list.is_empty()
    }

    #[test]
    fn a_rule_that_is_not_asked_would_find_nothing() {
        let engines = [
            None,
            Some(crate::syntax::Engine::Classic),
            "buildah".parse().ok(),
        ];
        let build = crate::resolve::Build::new();
        let pages: Vec<(&str, &str)> = rules().flat_map(dockerfiles).collect();
        assert!(pages.len() > 100);
        for (_, text) in pages {
            let parsed = Parsed::new(text);
            for (engine, is_read) in engines.into_iter().flat_map(|it| [(it, true), (it, false)]) {
                let mut checker = Checker::new().build(build.clone().empty_bases());
                checker = checker.group(Group::Pedantic);
                if let Some(engine) = engine {
                    checker = checker.engine(engine);
                }
                let draft = render::draft(parsed.file(), Style::default());
                let (text, written) = match is_read {
                    true => (parsed.source, Some(parsed.written())),
                    false => (draft.text.as_str(), None),
                };
                let graph = Graph::of(parsed.file());
                let resolved = resolved(parsed.file(), &graph, &checker);
                let context = Context {
                    file: parsed.file(),
                    graph,
                    problems: &[],
                    engine,
                };
                let checking = Checking::new(context, &resolved, &checker, (text, written));
                for (rule, about, check) in CHECKS {
                    assert!(
                        finds_only_where_asked(&checking, *about, *check),
                        "{}: {text}",
                        rule.id
                    );
                }
            }
        }
    }

    #[test]
    fn rules_of_your_own_see_what_runs() {
        static OWN: Rule = Rule::new("own", Severity::Warning, "nothing");
        let text =
            "FROM alpine\nRUN a \\\n  b\nRUN c\nRUN [\"d\"]\nRUN <<E\ne\nE\nRUN f <<E\ng\nE\n";
        let file = Parsed::new(text).into_file();
        let effects = |resolved: &Resolved| -> Vec<Option<crate::resolve::Effect>> {
            let stages = resolved.stages().iter();
            let effects = stages.flat_map(|stage| (0..5).map(|step| stage.effect(step).cloned()));
            effects.collect()
        };
        let expected = effects(&file.resolve(&crate::resolve::Build::new()));
        assert!(expected.iter().all(Option::is_some));
        let checker = Checker::new().rule(&OWN, move |_, resolved| {
            assert_eq!(effects(resolved), expected);
            vec![Finding::new(At::From(0), Part::Whole, "asked")]
        });
        let report = file.check_with(&checker);
        assert!(report.iter().any(|found| found.rule.id == "own"));
    }

    #[test]
    fn summaries_are_short_phrases() {
        for rule in rules() {
            let summary = rule.summary;
            assert!(!summary.is_empty() && summary.len() <= 90, "{summary}");
            assert!(
                !summary.ends_with('.') && !summary.contains('\n'),
                "{summary}"
            );
        }
    }

    #[test]
    fn other_names_say_whose_they_are() {
        for name in rules().flat_map(|rule| rule.also) {
            assert!(name.starts_with("buildkit:") || name.starts_with("hadolint:"));
        }
    }

    #[test]
    fn what_docker_would_not_do_stays() {
        // A warning is legal, so it can be set aside.
        for rule in rules().filter(|rule| rule.severity == Severity::Warning) {
            assert!(rule.can_be_allowed, "{}", rule.id);
        }
    }
}
